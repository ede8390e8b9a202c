import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { h, replace, safeAddress, setAttribute, svg, uid, useStyles } from '../../static/js/dom.js';

/** As much of a document as dom.js uses. */
class FakeNode {
  /** @param {string} tag */
  constructor(tag) {
    this.tag = tag;
    /** @type {any[]} */
    this.children = [];
    /** @type {Record<string, string>} */
    this.attributes = {};
    /** @type {Record<string, string>} */
    this.dataset = {};
    /** @type {Record<string, Function>} */
    this.listeners = {};
    /** @type {Record<string, string>} */
    this.vars = {};
    this.className = '';
    this.style = {
      setProperty: (/** @type {string} */ name, /** @type {string} */ value) => (this.vars[name] = value),
    };
  }
  /** @param {any} child */
  appendChild(child) {
    this.children.push(child);
  }
  /** @param {...any} children */
  append(...children) {
    this.children.push(...children);
  }
  remove() {}
  replaceChildren() {
    this.children = [];
  }
  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  /** @param {string} name */
  removeAttribute(name) {
    delete this.attributes[name];
  }
  /** @param {string} name @param {Function} listener */
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
}

before(() => {
  /** @type {any} */ (globalThis).document = {
    createElement: (/** @type {string} */ tag) => new FakeNode(tag),
    createElementNS: (/** @type {string} */ _space, /** @type {string} */ tag) => new FakeNode(tag),
    createTextNode: (/** @type {string} */ text) => ({ text }),
    head: new FakeNode('head'),
  };
});

/** @param {any} node */
const fake = (node) => /** @type {FakeNode} */ (node);

test('h sets classes, data, variables, properties, attributes and listeners', () => {
  const click = () => {};
  const element = fake(
    h('button', {
      class: ['button', false, null, 'wide'],
      dataset: { id: '7' },
      vars: { w: '10px' },
      disabled: true,
      'aria-label': 'Go',
      title: null,
      on: { click },
    }),
  );
  assert.equal(element.className, 'button wide');
  assert.deepEqual(element.dataset, { id: '7' });
  assert.deepEqual(element.vars, { '--w': '10px' });
  assert.equal(/** @type {any} */ (element).disabled, true);
  assert.deepEqual(element.attributes, { 'aria-label': 'Go' });
  assert.equal(element.listeners.click, click);
});

test('children are nodes or text, never markup', () => {
  const element = fake(h('p', null, 'a <b>', 0, null, false, undefined, [h('i', null), ['x']]));
  assert.deepEqual(
    element.children.map((child) => child.text ?? child.tag),
    ['a <b>', '0', 'i', 'x'],
  );
  replace(/** @type {any} */ (element), 'new');
  assert.deepEqual(element.children, [{ text: 'new' }]);
});

test('what could run code is refused', () => {
  const element = /** @type {any} */ (new FakeNode('a'));
  for (const name of ['onclick', 'style', 'srcdoc']) assert.throws(() => setAttribute(element, name, 'x'));
  setAttribute(element, 'href', 'javascript:alert(1)');
  assert.deepEqual(element.attributes, {});
  setAttribute(element, 'hidden', true);
  assert.equal(element.attributes.hidden, '');
  setAttribute(element, 'hidden', false);
  assert.equal('hidden' in element.attributes, false);
});

test('addresses', () => {
  for (const good of [
    '#promo/generate',
    '/files/a.png',
    'https://cdn.example.com/a.png',
    'http://127.0.0.1:8233',
    'blob:http://x/1',
    'data:image/png;base64,AA==',
  ]) {
    assert.equal(safeAddress(good), true, good);
  }
  for (const bad of [
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:x',
    'data:text/html,x',
    'data:image/svg+xml,x',
    'vbscript:x',
    'file:///etc/passwd',
  ]) {
    assert.equal(safeAddress(bad), false, bad);
  }
});

test('svg has attributes only, and ids are unique', () => {
  const element = fake(svg('path', { d: 'M0 0', fill: undefined, focusable: false }));
  assert.deepEqual(element.attributes, { d: 'M0 0' });
  assert.notEqual(uid(), uid());
});

test('a style sheet comes once, and one that failed is tried again', async () => {
  const head = fake(globalThis.document.head);
  const last = () => /** @type {any} */ (head.children.at(-1));
  const both = Promise.all([useStyles('a.css'), useStyles('a.css')]);
  assert.equal(head.children.length, 1);
  assert.match(last().href, /\/css\/a\.css$/);
  last().listeners.load();
  await both;
  await useStyles('a.css');
  assert.equal(head.children.length, 1);

  const broken = useStyles('b.css');
  last().listeners.error();
  await assert.rejects(broken, /b\.css/);
  const again = useStyles('b.css');
  assert.equal(head.children.length, 3);
  last().listeners.load();
  await again;
});
