import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { sdkHeaders } from '../../../../runtime/system/sdk-sources.js';
import { sdkFiles } from '../../../../runtime/toolchain/application/sdk-library.js';
import { build } from '../../../../runtime/toolchain/build.js';
import { readElf } from '../../../../runtime/toolchain/elf/read.js';
import { cCompiler, compileC } from '../../../support/c-compiler.js';
import { filesOf, problemsOf } from '../../../support/component-system.js';

const headers = Object.fromEntries(sdkHeaders);

const everything = `#include <cantrip.h>
#include <cantrip/sdk.h>
int main(void) {
  uint8_t value[KEY_VALUE_DATA_SIZE];
  size_t count = sizeof value;
  uint32_t number = 0;
  ModelOutput output;
  debug_printf("\\n%s %d %u %x %c%%\\n", "I am a C app!", -1, 2u, 255u, 'x');
  if (sdk_ping() != SDKSuccess) return 1;
  sdk_log("text");
  sdk_read_key("foo", value, &count);
  sdk_write_key("foo", value, count);
  sdk_delete_key("foo");
  sdk_timer_oneshot(0, 100);
  sdk_timer_periodic(1, 100);
  sdk_timer_cancel(1);
  sdk_timer_wait(&number);
  sdk_timer_poll(&number);
  sdk_model_oneshot("model", &number);
  sdk_model_periodic("model", 100, &number);
  sdk_model_cancel(number);
  sdk_model_wait(&number);
  sdk_model_poll(&number);
  sdk_model_output(number, &output);
  ModelInput input;
  uint32_t samples[8];
  sdk_model_get_input_params("model", &number, &input);
  sdk_model_set_input(number, 0, value, count);
  sdk_audio_reset(1, 1, 8, 8);
  sdk_audio_record_start(16000, 4096, 0);
  count = 8;
  sdk_audio_record_collect(samples, &count);
  sdk_audio_record_collect_non_blocking(samples, &count);
  sdk_audio_record_stop();
  sdk_audio_play_start(16000, 4096);
  sdk_audio_play_write(samples, 8);
  sdk_audio_play_stop();
  sdk_transfer("thermometer", value, 1, value, &count);
  seL4_Yield();
  sdk_exit(3);
}
`;

describe('the SDK for C', () => {
  it('comes as headers and an object to begin with', () => {
    const files = sdkFiles();
    assert.deepEqual([...files.keys()], ['cantrip.h', 'cantrip/sdk.h', 'start.o']);
    const start = readElf('start.o', files.get('start.o') ?? new Uint8Array(0));
    assert.ok(start.ok);
    assert.ok(start.value.symbols.some(({ name }) => name === '_start'));
  });

  if (cCompiler !== undefined)
    for (const options of [['-O0'], ['-Os', '-g'], ['-O2', '-std=c99', '-Wextra', '-Wpedantic']])
      it(`is compiled by GCC with ${options.join(' ')}, and the object becomes a bundle`, () => {
        const built = build(
          'app',
          filesOf({
            'app/cantrip.json': '{ "program": "all.o", "app": { "manifest": "all.manifest" } }',
            'app/all.manifest': 'name = all\n',
            'app/all.o': compileC(cCompiler ?? '', everything, headers, options),
          }),
          { boards: [nexusBoard()] },
        );
        assert.deepEqual(problemsOf(built), []);
        assert.ok(built.bundle !== undefined);
      });
});
