import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  {
    ignores: [
      'build/',
      '.svelte-kit/',
      'data/',
      'test-results/',
      'playwright-report/',
      'src/text/.wuchale/',
      'src/text/data.js',
    ],
  },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.property.name=/^toLocale(Date|Time)String$/], CallExpression[callee.object.callee.name='Date'][callee.property.name='toLocaleString'], NewExpression[callee.object.name='Intl'][callee.property.name='DateTimeFormat']",
          message:
            'F19: days and times are written by src/domain/time/civil.ts, with their year and in London.',
        },
        {
          selector: "AssignmentExpression[operator!='='] > AwaitExpression.right",
          message:
            'This reads the old value before it waits, and overwrites what came meanwhile. Wait first.',
        },
      ],
      'svelte/no-at-html-tags': 'error',
      'svelte/no-navigation-without-resolve': 'off',
      // Svelte takes a space at the edge of a block away: `{' '}` keeps it.
      'svelte/no-useless-mustaches': 'off',
      // The session classes hold plain sets and maps on purpose: what a component reads is replaced whole.
      'svelte/prefer-svelte-reactivity': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    // What is promised is waited for, or said not to be: asked of the types, so it takes its time.
    files: ['server/**/*.ts', 'src/domain/**/*.ts', 'tests/**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.server.json', 'tests/e2e/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  { files: ['src/domain/time/civil.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
