import adapter from '@sveltejs/adapter-static';

/** One page for every address: the server answers the data, the page draws it. */
export default {
  compilerOptions: { runes: true },
  kit: {
    adapter: adapter({ fallback: 'index.html', precompress: true }),
    alias: { '#contract': 'src/contract.ts', '#domain': 'src/domain' },
    output: { bundleStrategy: 'split' },
  },
};
