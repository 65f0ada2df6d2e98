/** Attributes whose type is a struct of the assembly: constants in C and in guest TypeScript. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { componentHeaders } from '../../runtime/toolchain/components/header.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { cCompiler, compileC } from '../support/c-compiler.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const built = (texts: Texts) => buildTexts(texts, 'system.camkes', { guestCompiler });

function printed(texts: Texts): string {
  const system = built(texts);
  assert.deepEqual(problemsOf(system), []);
  return bootBuilt(system).console;
}

const texts = {
  'A.camkes': `
    struct Range { int low; int high = 9; }
    struct Sensor { string name; uint64_t serial; Range limits[]; int pins[]; Range wide; }
    component A {
      control;
      attribute Sensor sensor;
      attribute Sensor all[] = [];
      attribute { int a; string b; } own;
    }`,
  'system.camkes': `import "A.camkes";
    assembly {
      composition { component A a; }
      configuration {
        a.sensor = { "name": "outer", "serial": 0x100000002, "wide": { "low": -1 },
          "limits": [{ "low": 1, "high": 2 }, { "low": 3 }], "pins": [5, 6, 7] };
        a.all = [
          { "name": "x", "serial": 1, "limits": [], "pins": [], "wide": { "low": 10 } },
          { "name": "y", "serial": 2, "limits": [{ "low": 4 }], "pins": [8], "wide": { "low": 11 } } ];
        a.own = { "a": 12, "b": "thirteen" };
      }
    }`,
};

const expected = ['outer 2 1 9 3 7 -1', 'y 4 8 11', '12 thirteen'].join('\n') + '\n';

describe('an attribute of a struct', () => {
  it('is an object in guest TypeScript', () => {
    const source = `
      import { all, own, sensor } from "camkes";
      import { log } from "sel4";
      function text(value: i32): string { return " " + value.toString(); }
      export function run(): void {
        const limits = sensor.limits;
        log(sensor.name + " " + (sensor.serial - 0x100000000).toString() + text(limits[0].low) + text(limits[1].high) +
          text(sensor.pins.length) + text(sensor.pins[2]) + text(sensor.wide.low));
        log(all[1].name + text(all[1].limits[0].low) + text(all[1].pins[0]) + text(all[1].wide.low));
        log(own.a.toString() + " " + own.b);
      }`;
    assert.equal(printed({ ...texts, 'A.ts': source }), expected);
  });

  it('is a struct of the same name in C', () => {
    if (cCompiler === undefined) return;
    const source = `#include <camkes.h>
      static void number(int value) {
        if (value < 0) { putchar('-'); value = -value; }
        if (value > 9) number(value / 10);
        putchar('0' + value % 10);
      }
      static void text(const char *text) { while (*text) putchar(*text++); }
      static void after(int value) { putchar(' '); number(value); }
      int run(void) {
        const struct Sensor *s = &sensor;
        text(s->name); after(s->serial - 0x100000000); after(s->limits[0].low); after(s->limits[1].high);
        after(sizeof s->pins / sizeof(int)); after(s->pins[2]); after(s->wide.low); putchar('\\n');
        text(all[1].name); after(all[1].limits[0].low); after(all[1].pins[0]);
        after(all[1].wide.low); putchar('\\n');
        number(own.a); putchar(' '); text(own.b); putchar('\\n');
        return 0; }`;
    const header = componentHeaders(built(texts).bindings ?? []).get('A') ?? '';
    const object = compileC(cCompiler, source, { 'camkes.h': header });
    assert.equal(printed({ ...texts, 'A.o': object }), expected);
  });
});
