// Typed lint for every room. Rules that hold for one room only stand in that room's block; a later
// block replaces an earlier rule of the same name, it does not add to it.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeModules = {
  group: ['node:*', 'fs', 'path', 'os', 'child_process', 'worker_threads'],
  message: 'runtime/ is given its IO, time and randomness as ports; only runtime/cli may ask Node.',
};
/** Another language with the same extension: its compiler checks it, and no rule of ours holds. */
const guestTypeScript = [
  'extension/samples/**/*.ts',
  'runtime/system/guest-runtime/**/*.ts',
  'runtime/system/components/**/*.ts',
  'runtime/system/interfaces/**/*.ts',
  'runtime/system/sdk/**/*.ts',
  'runtime/system/apps/**/*.ts',
  'runtime/system/rootserver/**/*.ts',
  'runtime/system/sel4/**/*.ts',
  'test/bench/guest/**/*.ts',
];
const vscode = { name: 'vscode', message: 'Only extension/ knows VS Code.' };
const languageServer = {
  group: ['vscode-languageserver', 'vscode-languageserver/*'],
  message: 'Only language-server/ speaks the language server protocol.',
};

export default tseslint.config(
  {
    ignores: ['dist', 'out', 'node_modules', '.vscode-test', 'test-results'],
  },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        setImmediate: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        module: 'writable',
        require: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts'],
    ignores: guestTypeScript,
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A bound written as `while (true)` with returns inside is how lexers and walks read best.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: guestTypeScript,
    languageOptions: { parser: tseslint.parser, parserOptions: { allowInvalidAST: true } },
    rules: Object.fromEntries(
      Object.keys(js.configs.recommended.rules).map((rule) => [rule, 'off']),
    ),
  },
  {
    files: ['runtime/**/*.ts'],
    ignores: ['runtime/cli/**', ...guestTypeScript],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [vscode], patterns: [nodeModules, languageServer] },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'Buffer',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'performance',
        'require',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is virtual (D8).' },
        { object: 'Math', property: 'random', message: 'Randomness is an argument (D8).' },
      ],
    },
  },
  {
    // The hot path reads typed arrays whose bounds the layout proves.
    files: ['runtime/machine/**/*.ts', 'runtime/kernel/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['debug-adapter/**/*.ts', 'runtime/cli/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: [vscode], patterns: [languageServer] }],
    },
  },
  {
    files: ['language-server/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [vscode] }] },
  },
  {
    files: ['test/**/*.ts'],
    ignores: guestTypeScript,
    rules: {
      // node:test's describe and it return promises that the runner itself awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['describe', 'it', 'test'], package: 'node:test' },
          ],
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
    },
  },
);
