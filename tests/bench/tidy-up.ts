/** Loaded into both servers before they start: on SIGUSR2 they collect their garbage, so that what is held can be told from what is left lying. */
process.on('SIGUSR2', () => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }));
