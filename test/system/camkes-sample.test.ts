/** The CAmkES sample, from its assembly to a system whose capabilities are those of its specification. */
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { compareWithSpec } from '../../runtime/inspect/spec-comparison.js';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform } from '../../runtime/platform.js';
import { build, type Built } from '../../runtime/toolchain/build.js';
import { readSystem } from '../../runtime/toolchain/camkes/read-system.js';
import { check } from '../../runtime/toolchain/check.js';
import { withoutPrograms } from '../../runtime/toolchain/capdl/loading/without-programs.js';
import type { CapdlCapability, CapdlSpec } from '../../runtime/toolchain/capdl/spec.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import { filesOnDisk, withTexts } from '../support/files-on-disk.js';

const folder = 'extension/samples/camkes';
const assembly = `${folder}/system.camkes`;
const options = { boards: [nexusBoard()] };

function built(files: SourceFiles = filesOnDisk): Built & { readonly spec: CapdlSpec } {
  const { spec, ...rest } = build(folder, files, options);
  assert.ok(spec);
  return { ...rest, spec };
}

const capabilitiesTo = ({ objects }: CapdlSpec, name: string): [string, CapdlCapability][] =>
  objects
    .filter(({ type }) => type === 'cnode')
    .flatMap((holder) =>
      [...holder.slots.values()]
        .filter(({ object }) => object === name)
        .map((capability): [string, CapdlCapability] => [holder.name, capability]),
    );

describe('the CAmkES sample', () => {
  it('has no mistakes, in the assembly and in every component by itself', () => {
    const { analysis } = readSystem(assembly, filesOnDisk);
    const files = [...analysis.files.keys()].filter((file) => !file.startsWith('builtin:'));
    assert.equal(files.length, 9);
    for (const file of files) assert.deepEqual(check(file, filesOnDisk, options), [], file);
  });

  it('gives each caller of a server a badge of its own', () => {
    const callers = capabilitiesTo(built().spec, 'clock_ep').map(
      ([holder, { badge, rights }]) =>
        `${holder} ${badge ?? 0} ${rights?.write === true ? 'W' : ''}${rights?.read === true ? 'R' : ''}`,
    );
    assert.deepEqual(callers.sort(), [
      'logger_cnode 2 W',
      'sensor_cnode 1 W',
      'timer_driver_cnode 0 R',
    ]);
  });

  it('leads from every capability to the line of the assembly that asked for it', () => {
    const { objects } = built().spec;
    for (const { name, slots, origin } of objects) {
      assert.ok(origin, name);
      for (const [slot, capability] of slots)
        assert.ok(capability.origin ?? origin, `${name} ${slot}`);
    }
    const [[, clock] = []] = capabilitiesTo(built().spec, 'clock_ep');
    assert.equal(clock?.origin?.reason, 'connection clock');
    assert.equal(clock.origin.place.file, assembly);
  });

  it('boots without code: its threads are made and wait, and its capabilities are those of the specification', () => {
    const { image, spec, settings, diagnostics } = built();
    assert.deepEqual(
      diagnostics.map(({ severity, code, file }) => `${severity} ${code} ${basename(file)}`),
      ['UartDriver', 'TimerDriver', 'Sensor', 'Logger'].map(
        (name) => `warning component-without-source ${name}.camkes`,
      ),
    );
    assert.ok(image);
    const made = createPlatform(image, settings);
    assert.ok(made.ok);
    const platform = made.value;
    const stop = platform.run(5_000_000);
    assert.equal(stop.kind, 'idle');
    const waiting = withoutPrograms(spec, assembly, filesOnDisk).spec;
    assert.deepEqual(compareWithSpec(platform, waiting), []);
  });

  it('differs from the specification of another assembly, and says in what', () => {
    const text = filesOnDisk.readText(assembly) ?? '';
    const other = built(withTexts({ [assembly]: text.replace('from sensor.clock, ', '') }));
    const { image, settings } = built();
    assert.ok(image);
    const made = createPlatform(image, settings);
    assert.ok(made.ok);
    made.value.run(5_000_000);
    const messages = compareWithSpec(made.value, other.spec).map(({ message }) => message);
    assert.ok(messages.length > 0);
  });
});
