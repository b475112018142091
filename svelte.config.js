import adapter from '@sveltejs/adapter-static';

/** One page for every address: the server answers the data, the page draws it. */
export default {
  compilerOptions: { runes: true },
  kit: {
    adapter: adapter({ fallback: 'index.html', precompress: true }),
    alias: { '#domain': 'src/domain' },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'style-src': ['self', 'unsafe-inline'],
        'img-src': ['self', 'data:'],
        'object-src': ['none'],
        'base-uri': ['none'],
      },
    },
    output: { bundleStrategy: 'split' },
  },
};
