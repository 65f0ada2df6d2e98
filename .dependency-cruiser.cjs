// The layers, one readable table: what each room may import beside itself. Everything else is an
// error, and so is a cycle between files. ARCHITECTURE.md draws the same picture.
const base = 'runtime/base';
const may = {
  'runtime/base': [],
  'runtime/abi': [base],
  'runtime/isa': [base],
  'runtime/registers': [base],
  'runtime/image': [base],
  'runtime/authority': [base, 'runtime/image'],
  'runtime/system': [],
  'runtime/toolchain': [
    base,
    'runtime/abi',
    'runtime/image',
    'runtime/isa',
    'runtime/registers',
    'runtime/system',
  ],
  'runtime/machine': [base, 'runtime/isa', 'runtime/registers'],
  'runtime/kernel': [
    base,
    'runtime/abi',
    'runtime/image',
    'runtime/isa',
    'runtime/machine/ports.ts',
    'runtime/machine/boards',
  ],
  'runtime/inspect': [
    base,
    'runtime/abi',
    'runtime/isa',
    'runtime/image',
    'runtime/machine',
    'runtime/kernel',
    'runtime/platform.ts',
    'runtime/registers',
    'runtime/toolchain/capdl/spec.ts',
    'runtime/toolchain/capdl/tcb-slots.ts',
    'runtime/toolchain/capdl/address-spaces.ts',
    'runtime/toolchain/capdl/loaded-state.ts',
    'runtime/toolchain/guest/heap-counters.ts',
  ],
  'runtime/terminal': [base, 'runtime/toolchain/bundle/crc32.ts'],
  'runtime/platform.ts': [base, 'runtime/image', 'runtime/machine', 'runtime/kernel'],
  'runtime/cli': ['runtime'],
  'debug-adapter': [
    base,
    'runtime/cli/disk-cache.ts',
    'runtime/cli/guest-compiler.ts',
    'runtime/image',
    'runtime/isa',
    'runtime/inspect',
    'runtime/platform.ts',
    'runtime/terminal',
    'runtime/toolchain',
  ],
  'language-server': [
    base,
    'runtime/authority',
    'runtime/cli/compiler-beside.ts',
    'runtime/image',
    'runtime/isa',
    'runtime/toolchain',
  ],
  extension: [],
};
const start = (room) =>
  room.endsWith('.ts') ? `^${room.replace('.', '\\.')}$` : `^${room}(/|\\.ts$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'toolchain-serves-language-server-not-back',
      severity: 'error',
      from: { path: '^runtime/' },
      to: { path: '^(language-server|debug-adapter|extension)/' },
    },
    {
      name: 'extension-sees-protocol-types-only',
      severity: 'error',
      from: { path: '^extension/' },
      to: {
        path: '^(debug-adapter|language-server)/protocol\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'extension-imports-nothing-else',
      severity: 'error',
      from: { path: '^extension/' },
      to: {
        path: '^(runtime|language-server|debug-adapter)/',
        pathNot: '^(debug-adapter|language-server)/protocol\\.ts$',
      },
    },
    {
      name: 'language-server-has-threads-where-it-is-started',
      severity: 'error',
      from: { path: '^language-server/', pathNot: '^language-server/main\\.ts$' },
      to: { path: '^runtime/cli/' },
    },
    {
      name: 'guest-compiler-is-loaded-apart',
      severity: 'error',
      comment:
        'It is larger than all the rest: load it with import() at an edge, when a source needs it.',
      from: { pathNot: '^(runtime/toolchain/guest/assemblyscript|test)/' },
      to: { path: '^runtime/toolchain/guest/assemblyscript/', dynamic: false },
    },
    {
      name: 'assemblyscript-stays-in-its-folder',
      severity: 'error',
      from: { pathNot: '^(runtime/toolchain/guest/assemblyscript/|node_modules/)' },
      to: { path: '(^|/)node_modules/(assemblyscript|binaryen|long)(/|$)' },
    },
    {
      name: 'properties-begin-at-one-seed',
      severity: 'error',
      comment: 'test/support/fast-check.ts gives the library its seed.',
      from: { path: '^test/', pathNot: '^test/support/fast-check\\.ts$' },
      to: { path: '(^|/)node_modules/fast-check(/|$)' },
    },
    ...Object.entries(may)
      .filter(([room]) => room !== 'extension')
      .map(([room, allowed]) => ({
        name: `layer-${room.replace(/\W/g, '-')}`,
        severity: 'error',
        comment: `${room} may import ${allowed.join(', ') || 'nothing of ours'}.`,
        from: { path: start(room) },
        to: {
          path: '^(runtime|debug-adapter|language-server|extension|test)/',
          pathNot: [room, ...allowed].map(start),
        },
      })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Guest TypeScript: text, and no modules of ours.
    exclude: { path: '^runtime/system/(guest-runtime|rootserver|sel4)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
