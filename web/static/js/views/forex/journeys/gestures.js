/**
 * What pointers do on the canvas: pan, zoom, select, move steps, draw a way. Each of it can also be
 * done by keys.
 */
import { setVars } from '../../../dom.js';
import { connect, moveSteps, snap } from './commands.js';

/**
 * @typedef {import('./geometry.js').Point} Point
 * @typedef {import('./geometry.js').View} View
 *
 * @typedef {object} Surface
 * @property {import('./canvas.js').Host} host
 * @property {HTMLElement} screen
 * @property {HTMLElement} marquee
 * @property {AbortSignal} signal
 * @property {() => View} view
 * @property {(view: View) => void} show
 * @property {(zoom: number, at: Point) => void} zoom
 * @property {() => (import('./geometry.js').Box & { id: string })[]} boxes
 * @property {(by: Map<string, Point>) => void} drag
 * @property {(id: string, port: string, to: Point) => void} loose Draws a way that is being dragged; '' ends it.
 */

/** A pointer that moves less than this is a press (px). */
const STILL = 4;

/** @param {Surface} surface */
export function gestures(surface) {
  const { host, screen, marquee, signal, view, show, zoom, boxes, drag, loose } = surface;
  const { store } = host;
  /** @type {Map<number, Point>} Fingers. */
  const pointers = new Map();
  /** @type {{ move: (at: Point, event: PointerEvent) => void, end: (at: Point, event: PointerEvent | null) => void } | null} */
  let action = null;
  /** @type {{ at: Point, id: number, moved: boolean } | null} */
  let down = null;
  let space = false;

  /** @param {{ clientX: number, clientY: number }} event @returns {Point} */
  const local = (event) => {
    const box = screen.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  /** @param {Point} at */
  const toWorld = (at) => ({ x: (at.x - view().x) / view().zoom, y: (at.y - view().y) / view().zoom });
  /** @param {EventTarget | null} target @param {string} selector */
  const inside = (target, selector) =>
    /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest(selector) : null);

  /** @param {Point} from */
  const panning = (from) => {
    const before = view();
    screen.classList.add('canvas-panning');
    return {
      move: (/** @type {Point} */ at) => show({ ...before, x: before.x + at.x - from.x, y: before.y + at.y - from.y }),
      end: () => screen.classList.remove('canvas-panning'),
    };
  };

  /** @param {Point} from */
  const selecting = (from) => {
    const already = store.selected;
    return {
      move: (/** @type {Point} */ at) => {
        marquee.hidden = false;
        const left = Math.min(from.x, at.x);
        const top = Math.min(from.y, at.y);
        setVars(marquee, {
          x: `${left}px`,
          y: `${top}px`,
          w: `${Math.abs(at.x - from.x)}px`,
          h: `${Math.abs(at.y - from.y)}px`,
        });
        const a = toWorld({ x: left, y: top });
        const b = toWorld({ x: Math.max(from.x, at.x), y: Math.max(from.y, at.y) });
        const met = boxes().filter(
          (box) => box.x < b.x && box.x + box.width > a.x && box.y < b.y && box.y + box.height > a.y,
        );
        store.select([...already, ...met.map(({ id }) => id)]);
      },
      end: () => (marquee.hidden = true),
    };
  };

  /** @param {Point} from @param {string} id */
  const moving = (from, id) => {
    const ids = store.selected.includes(id) ? store.selected : [id];
    if (ids.length === 1) store.select(ids);
    let by = { x: 0, y: 0 };
    screen.classList.add('canvas-moving');
    return {
      move: (/** @type {Point} */ at) => {
        by = { x: snap((at.x - from.x) / view().zoom), y: snap((at.y - from.y) / view().zoom) };
        drag(new Map(ids.map((item) => [item, by])));
      },
      end: () => {
        screen.classList.remove('canvas-moving');
        drag(new Map());
        store.apply('Move', moveSteps(store.definition, ids, by.x, by.y));
      },
    };
  };

  /** @param {string} id @param {string} port */
  const connecting = (id, port) => {
    /** @type {HTMLElement | null} */
    let over = null;
    /** @param {PointerEvent | null} event */
    const target = (event) => (event ? inside(document.elementFromPoint(event.clientX, event.clientY), '.node') : null);
    screen.classList.add('canvas-connecting');
    return {
      move: (/** @type {Point} */ at, /** @type {PointerEvent} */ event) => {
        loose(id, port, toWorld(at));
        const next = target(event);
        if (next === over) return;
        over?.classList.remove('node-target');
        next?.classList.add('node-target');
        over = next;
      },
      end: (/** @type {Point} */ _at, /** @type {PointerEvent | null} */ event) => {
        screen.classList.remove('canvas-connecting');
        loose('', '', { x: 0, y: 0 });
        over?.classList.remove('node-target');
        const to = target(event)?.dataset.id;
        if (to) store.apply('Connect', connect(store.definition, id, port, to));
        else if (event) host.onway(id, port);
      },
    };
  };

  const pinching = () => {
    const [a, b] = [...pointers.values()];
    if (!a || !b) return null;
    const before = view();
    const distance = Math.hypot(a.x - b.x, a.y - b.y);
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    return {
      move: () => {
        const [c, d] = [...pointers.values()];
        if (!c || !d) return;
        show({
          ...before,
          x: before.x + (c.x + d.x) / 2 - middle.x,
          y: before.y + (c.y + d.y) / 2 - middle.y,
        });
        zoom((before.zoom * Math.hypot(c.x - d.x, c.y - d.y)) / Math.max(1, distance), {
          x: (c.x + d.x) / 2,
          y: (c.y + d.y) / 2,
        });
      },
      end: () => {},
    };
  };

  /** @param {PointerEvent} event @param {Point} from */
  const begin = (event, from) => {
    const fixed = host.fixed();
    const id = inside(event.target, '.node')?.dataset.id ?? '';
    const port = inside(event.target, '.port')?.dataset.port;
    if (event.button === 1 || space) return panning(from);
    if (id && port) return fixed ? null : connecting(id, port);
    if (id) return fixed ? panning(from) : moving(from, id);
    if (event.shiftKey) return selecting(from);
    return panning(from);
  };

  screen.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button > 1 || inside(event.target, '.edge-tool')) return;
      const at = local(event);
      pointers.set(event.pointerId, at);
      if (pointers.size === 2) {
        action?.end(at, null);
        action = pinching();
        down = { at, id: event.pointerId, moved: true };
        return;
      }
      down = { at, id: event.pointerId, moved: false };
      if (event.button === 1) event.preventDefault();
    },
    { signal },
  );
  screen.addEventListener(
    'pointermove',
    (event) => {
      const at = local(event);
      if (pointers.has(event.pointerId)) pointers.set(event.pointerId, at);
      if (!down) return;
      if (!down.moved && down.id === event.pointerId && Math.hypot(at.x - down.at.x, at.y - down.at.y) > STILL) {
        down.moved = true;
        screen.setPointerCapture(event.pointerId);
        action = begin(pressed ?? event, down.at);
      }
      if (down.moved) action?.move(at, event);
    },
    { signal },
  );
  /** @type {PointerEvent | null} Where it began says what it is about. */
  let pressed = null;
  screen.addEventListener('pointerdown', (event) => (pressed = event), { signal, capture: true });

  /** @param {PointerEvent} event */
  const finish = (event) => {
    pointers.delete(event.pointerId);
    if (!down || (down.id !== event.pointerId && pointers.size > 0)) return;
    const { moved } = down;
    action?.end(local(event), event.type === 'pointerup' ? event : null);
    action = null;
    down = null;
    if (moved) {
      // The click that follows belongs to what was dragged.
      screen.addEventListener('click', stop, { capture: true, once: true });
      setTimeout(() => screen.removeEventListener('click', stop, { capture: true }));
    }
  };
  /** @param {Event} event */
  const stop = (event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  screen.addEventListener('pointerup', finish, { signal });
  screen.addEventListener('pointercancel', finish, { signal });

  screen.addEventListener(
    'click',
    (event) => {
      const element = inside(event.target, '.node');
      const id = element?.dataset.id;
      const port = inside(event.target, '.port')?.dataset.port;
      if (inside(event.target, '.edge-tool')) return;
      if (!id) {
        store.select([]);
      } else if (port) {
        host.onway(id, port);
      } else if (event.shiftKey || event.ctrlKey || event.metaKey) {
        store.select(
          store.selected.includes(id) ? store.selected.filter((item) => item !== id) : [...store.selected, id],
        );
      } else {
        const again = store.selected.length === 1 && store.selected[0] === id;
        store.select([id]);
        // A press by keyboard opens the form, and so does a second press on a selected step.
        if (event.detail > 0 || again) host.onopen(event.detail === 0);
      }
    },
    { signal },
  );

  screen.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        zoom(view().zoom * Math.exp((-event.deltaY * unit) / 300), local(event));
        return;
      }
      const [dx, dy] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      show({ ...view(), x: view().x - dx * unit, y: view().y - dy * unit });
    },
    { signal, passive: false },
  );

  addEventListener(
    'keydown',
    (event) => {
      const target = /** @type {HTMLElement | null} */ (event.target);
      if (event.key !== ' ' || target?.closest('input, textarea, select, button, a, [role=option]')) return;
      space = true;
      screen.classList.add('canvas-hand');
      if (target === screen) event.preventDefault();
    },
    { signal },
  );
  addEventListener(
    'keyup',
    (event) => {
      if (event.key !== ' ') return;
      space = false;
      screen.classList.remove('canvas-hand');
    },
    { signal },
  );
}
