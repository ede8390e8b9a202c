import js from '@eslint/js';
import globals from 'globals';

const markup = ['innerHTML', 'outerHTML', 'srcdoc'].map((property) => ({
  property,
  message: 'Markup from text is never made: build elements with h() from dom.js.',
}));

const calls = [
  ...['insertAdjacentHTML', 'setHTMLUnsafe', 'createContextualFragment', 'parseFromString'].map((property) => ({
    property,
    message: 'Markup from text is never made: build elements with h() from dom.js.',
  })),
  ...['write', 'writeln'].map((property) => ({
    object: 'document',
    property,
    message: 'Markup from text is never made: build elements with h() from dom.js.',
  })),
];

const makers = ['createElement', 'createElementNS'].map((property) => ({
  object: 'document',
  property,
  message: 'dom.js is the only maker of elements.',
}));

const network = ['fetch', 'XMLHttpRequest', 'WebSocket'].map((name) => ({
  name,
  message: 'api.js is the only caller of the network.',
}));

export default [
  { ignores: ['node_modules/', 'test/output/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2025, sourceType: 'module' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['static/**/*.js'],
    languageOptions: { globals: globals.browser },
    rules: {
      'no-restricted-properties': ['error', ...markup, ...calls, ...makers],
      'no-restricted-globals': ['error', ...network],
      'no-console': ['error', { allow: ['error'] }],
    },
  },
  {
    // The sandbox's phone sends what is typed as Telegram would get it.
    files: ['static/js/{views,components,record}/**/*.js'],
    ignores: ['static/js/views/hub/sandbox/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(trim|trimStart)$/]',
          message: 'What people typed comes through clean or running, and is compared with same or fold, of typed.js.',
        },
      ],
    },
  },
  {
    files: ['static/js/dom.js'],
    rules: { 'no-restricted-properties': ['error', ...markup, ...calls] },
  },
  {
    files: ['static/js/api.js'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    files: ['test/**', 'scripts/**', '*.js'],
    languageOptions: { globals: { ...globals.node } },
  },
  {
    // What a browser test evaluates runs in the page.
    files: ['test/e2e/**', 'test/render/**'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
];
