/** The arrows of the house: who may know whom. */
const parts = ['sync', 'live', 'record', 'identity', 'wall', 'reflecting'];
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    { name: 'page-never-server', severity: 'error', from: { path: '^src' }, to: { path: '^server' } },
    {
      name: 'server-never-page',
      severity: 'error',
      from: { path: '^server' },
      to: { path: '^src/(lib|routes)' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^src/domain', pathNot: '[.]test[.]ts$' },
      to: { path: '^(src/(lib|routes)|server)' },
    },
    {
      name: 'domain-knows-yjs-and-zod-only',
      severity: 'error',
      from: { path: '^src/domain', pathNot: '[.]test[.]ts$' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'core'],
        pathNot: 'node_modules/(yjs|zod)/',
      },
    },
    {
      name: 'session-knows-domain-only',
      severity: 'error',
      from: { path: '^src/lib/session' },
      to: { path: '^src/(routes|lib/(board|meeting|record|desk|ui))' },
    },
    {
      name: 'ui-knows-nobody',
      comment:
        'What knows a word of the meeting is no piece of the interface: a field that several write in goes to lib/writing, all else to the folder of its work.',
      severity: 'error',
      from: { path: '^src/lib/ui' },
      to: { path: '^src/(domain|routes|lib/(?!ui/))' },
    },
    ...parts.map((part) => ({
      name: `part-${part}-alone`,
      severity: 'error',
      from: { path: `^server/${part}/` },
      to: { path: `^server/(${parts.filter((other) => other !== part).join('|')})/` },
    })),
    {
      name: 'parts-know-only-types-of-storage-and-bus',
      severity: 'error',
      from: { path: `^server/(${parts.join('|')})/`, pathNot: '[.]test[.]ts$' },
      to: {
        path: '^server/(storage/(open|sqlite|postgres|migrations)|bus/.*-bus)',
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.server.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
