import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startServer, type ServerClient } from './server-client.js';

const wrong = 'function unused(): i32 {\n  return load<i32>(16);\n}\n';

describe('the language server on guest TypeScript', () => {
  let server: ServerClient;
  before(async () => {
    server = await startServer({
      hasGuestCompiler: true,
      files: {
        'system/cantrip.json': '{}',
        'system/lib/count.ts': 'export function next(n: i32): i32 { return n + 1; }\n',
      },
    });
  });
  after(() => server.stop());

  it('says what the guest compiler says, also of functions that nothing calls', async () => {
    const told = server.diagnostics('system/Timer.ts');
    await server.open('system/Timer.ts', wrong);
    let problems = await told;
    // The first answer may come before the compiler is loaded.
    if (problems.length === 0) problems = await server.diagnostics('system/Timer.ts');
    assert.deepEqual(
      problems.map(({ code, range }) => [code, range.start.line, range.start.character]),
      [['raw-memory', 1, 9]],
    );
  });

  it('takes it back when it is mended, and reads imports from the disk', async () => {
    const told = server.diagnostics('system/Timer.ts');
    await server.edit(
      'system/Timer.ts',
      "import { next } from './lib/count';\nexport function run(): i32 { return next(1); }\n",
    );
    assert.deepEqual(await told, []);
  });

  it('leaves TypeScript alone that belongs to no system', async () => {
    const told = server.diagnostics('web/page.ts');
    await server.open('web/page.ts', wrong);
    assert.deepEqual(await told, []);
  });
});
