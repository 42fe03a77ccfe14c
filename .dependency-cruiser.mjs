// Owns who may import whom (docs: ARCHITECTURE.md). A rule's comment says what breaks without it.

/** What tests, told by its name or its folder: no other file is exempt from anything. */
const TESTS = '\\.test\\.ts$|/(testing|conformance)/'

/** A rule: files of `from` may import of our own code only `allowed`. */
function only(name, comment, from, allowed) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from, pathNot: TESTS },
    to: { path: '^(contract|server|sdk|cli|mcp|dashboard|demo|bench|test|scripts)/', pathNot: allowed },
  }
}

export default {
  forbidden: [
    only('contract-imports-nothing', 'The source of truth depends on nobody.', '^contract/', '^contract/'),
    only('sdk-sees-contract', 'A customer has the SDK and no server.', '^sdk/', '^(sdk|contract)/'),
    only('mcp-sees-the-sdk', 'What a tool does, a customer can do.', '^mcp/', '^(mcp|sdk|contract)/'),
    only('dashboard-sees-the-sdk', 'What the pages do, a customer can do.', '^dashboard/', '^(dashboard|sdk)/'),
    only(
      'platform-sees-contract',
      'The world outside knows no engine.',
      '^server/src/platform/',
      '^(server/src/platform|contract)/',
    ),
    only(
      'storage-sees-platform',
      'A backend stores; it decides nothing.',
      '^server/src/storage/',
      '^(server/src/storage|server/src/platform|server/src/insight/statistics|contract)/',
    ),
    only(
      'statistics-see-contract',
      'What is counted, and how counts are added, is pure.',
      '^server/src/insight/statistics/',
      '^(server/src/insight/statistics|contract)/',
    ),
    only(
      'sealing-sees-the-storage-interface',
      'What is sealed is sealed the same on any backend.',
      '^server/src/sealing/',
      '^(server/src/sealing/|server/src/platform/|server/src/storage/storage\\.ts|server/src/engine/loop\\.ts|contract/)',
    ),
    only(
      'engine-sees-the-storage-interface',
      'The engine runs on any backend.',
      '^server/src/engine/',
      '^(server/src/engine/|server/src/platform/|server/src/insight/health/|server/src/storage/storage\\.ts|server/src/metrics\\.ts|contract/)',
    ),
    only(
      'schemas-see-contract-and-platform',
      "A tenant's schema is validated without anything of the engine or the storage in reach.",
      '^server/src/schemas/',
      '^(server/src/schemas/|server/src/platform/|contract/)',
    ),
    only(
      'providers-decide-by-themselves',
      'What a provider says is understood without the engine, the API or the storage.',
      '^server/src/sources/(providers/|call-|provider|signal|tracked)',
      '^(server/src/sources/|server/src/platform/|contract/)',
    ),
    only(
      'insight-sees-the-storage-interface',
      'What is told of rows is told the same on any backend.',
      '^server/src/insight/',
      '^(server/src/insight/|server/src/platform/|server/src/storage/storage\\.ts|server/src/engine/loop\\.ts|contract/)',
    ),
    only(
      'sources-see-the-doors',
      'What sources say goes through the engine and the storage by their doors.',
      '^server/src/sources/',
      '^(server/src/sources/|server/src/platform/|server/src/engine/(engine-api|group-commit|loop|batch-pause|trusted-clock)\\.ts|server/src/storage/storage\\.ts|contract/)',
    ),
    only(
      'api-sees-the-doors',
      'The API knows the engine and the schemas by their doors, and the storage by its interface.',
      '^server/src/api/',
      '^(server/src/api/|server/src/engine/(engine(-api)?|loop)\\.ts|server/src/platform/|server/src/schemas/(schemas|finding|sentences)\\.ts|server/src/insight/|server/src/sources/|server/src/storage/storage\\.ts|contract/|mcp/src/load-over-http\\.ts)',
    ),
    {
      name: 'backends-are-opened-in-one-place',
      comment: 'One file of those that put everything together names a backend.',
      severity: 'error',
      from: { path: '^server/src/', pathNot: `^server/src/((open-storage|tell-notice)\\.ts|storage/)|${TESTS}` },
      to: { path: '^server/src/storage/(sqlite|postgres)/' },
    },
    {
      name: 'no-private-door',
      comment:
        'What the command line and the screens do, a customer can do through the SDK; but for what needs the files.',
      severity: 'error',
      from: {
        path: '^(cli|dashboard)/src/',
        pathNot: '^cli/src/operate/|^(cli|dashboard)/src/.*\\.test\\.ts',
      },
      to: { path: '^server/' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle has no first file to read; one of types neither.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'tests-stay-out',
      comment: 'What ships does not import what tests.',
      severity: 'error',
      from: { path: '^(contract|server|sdk|cli|mcp|dashboard)/src/', pathNot: TESTS },
      to: { path: `^test/|${TESTS}` },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A workspace declares what it imports.',
      severity: 'error',
      from: { path: '^(contract|server|sdk|cli|mcp|dashboard)/src/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], path: 'node_modules' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
