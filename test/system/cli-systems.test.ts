/** The command line on assemblies and capDL files: the sample is checked, drawn, built, asked and formatted. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commandUnderTest, type CommandUnderTest } from '../support/command-under-test.js';

let command: CommandUnderTest;

before(() => {
  command = commandUnderTest('cli-systems');
  cpSync('extension/samples/camkes', path.join(command.folder, 'station'), { recursive: true });
});
after(() => command.remove());

const read = (name: string): string => readFileSync(path.join(command.folder, name), 'utf8');

describe('cantrip check', () => {
  it('is silent about a clean assembly and its components', async () => {
    const files = ['station/system.camkes', 'station/components/Logger.camkes'];
    assert.deepEqual(await command.run(['check', ...files]), { code: 0, stdout: '', stderr: '' });
  });

  it('reports several mistakes of an assembly at once, each at its place', async () => {
    const text = read('station/system.camkes')
      .replace('from sensor.samples', 'from sensor.sample')
      .replace('to uart_driver.output', 'to uart_diver.output');
    command.file('station/wrong.camkes', text);
    const { code, stderr } = await command.run(['check', 'station/wrong.camkes']);
    assert.equal(code, 1);
    assert.match(stderr, /^station\/wrong\.camkes:46:\d+: error: .*`sample`/m);
    assert.match(stderr, /^station\/wrong\.camkes:43:\d+: error: .*uart_diver/m);
  });

  it('reports a capability outside its CNode', async () => {
    command.file(
      'outside.cdl',
      'arch riscv\nobjects {\n  c = cnode (1 bits)\n  e = ep\n}\ncaps {\n  c {\n    0x9: e (R)\n  }\n}\n',
    );
    const { code, stderr } = await command.run(['check', 'outside.cdl']);
    assert.equal(code, 1);
    assert.match(stderr, /^outside\.cdl:8:5: error: /m);
  });
});

describe('cantrip diagram', () => {
  it('prints a table, or a picture for --svg', async () => {
    const table = await command.run(['diagram', 'station']);
    assert.equal(table.code, 0);
    assert.match(table.stdout, /samples +seL4SharedData +sensor\.samples +logger\.samples/);
    const picture = await command.run(['diagram', 'station', '--svg', '-o', 'station.svg']);
    assert.deepEqual(picture, { code: 0, stdout: '', stderr: '' });
    assert.match(read('station.svg'), /^<svg [^>]*aria-label="6 components and 8 connections"/);
  });

  it('says what to name when there is no assembly', async () => {
    const { code, stderr } = await command.run(['diagram', 'station/components/Uart.camkes']);
    assert.equal(code, 1);
    assert.match(stderr, /Uart\.camkes has no assembly; name the file that has one/);
  });
});

describe('cantrip build', () => {
  it('writes the capDL of an assembly, which checks clean and boots to the same capabilities', async () => {
    const built = await command.run(['build', 'station', '-o', 'station.cdl']);
    assert.equal(built.code, 0, built.stderr);
    const checked = await command.run(['check', 'station.cdl', '--format', 'json']);
    const { diagnostics } = JSON.parse(checked.stdout) as {
      diagnostics: { severity: string; code: string }[];
    };
    // The programs are not built, and that is all there is to say.
    assert.deepEqual([...new Set(diagnostics.map(({ code }) => code))], ['missing-file']);
    const compared = await command.run(['caps', 'station', '--compare', 'station.cdl']);
    assert.equal(compared.code, 0, compared.stdout + compared.stderr);
  });

  it('writes the headers that C components include, with those of the registers of devices', async () => {
    const { code } = await command.run(['build', 'station', '--headers', 'headers']);
    assert.equal(code, 0);
    assert.match(read('headers/Logger/camkes.h'), /^#pragma once$/m);
    assert.match(read('headers/Logger/camkes/irq.h'), /#include <camkes\.h>/);
    assert.match(read('headers/Logger/uart_regs.h'), /^#define UART_STATUS_REG_OFFSET 0x14$/m);
  });

  it('refuses to write capDL of a program', async () => {
    command.file('hello.S', '.globl _start\n_start: j _start\n');
    const { code, stderr } = await command.run(['build', 'hello.S', '-o', 'hello.cdl']);
    assert.equal(code, 2);
    assert.match(stderr, /Only a \.camkes or \.cdl file has capDL to write/);
  });
});

describe('cantrip authority', () => {
  it('answers for an assembly as it is written', async () => {
    const confined = await command.run([
      'authority',
      'station',
      '--from',
      'sensor',
      '--to',
      'uart_driver',
    ]);
    assert.equal(confined.code, 0, confined.stderr);
    assert.match(confined.stdout, /^sensor is confined from uart_driver\./);
    const path = await command.run([
      'authority',
      'station',
      '--from',
      'logger',
      '--to',
      'uart_driver',
    ]);
    assert.equal(path.code, 1);
    assert.match(path.stdout, /by output_ep, -W-P, badge 1, in slot 0x\w+ of logger_cnode/);
  });

  it('tells what changed since another specification, and exits with 1 when somebody can do more', async () => {
    const text = read('station/system.camkes').replace('from logger.clock, ', '');
    const without = text.replace('uses Clock clock', 'maybe uses Clock clock');
    command.file('station/less.camkes', without);
    const more = await command.run(['authority', 'station', '--against', 'station/less.camkes']);
    assert.equal(more.code, 1);
    assert.match(more.stdout, /^logger can now act on timer_driver by message\.\n/m);
    const less = await command.run(['authority', 'station/less.camkes', '--against', 'station']);
    assert.equal(less.code, 0);
    assert.match(less.stdout, /^logger can no longer act on timer_driver by message\.\n/m);
  });
});

describe('cantrip fmt', () => {
  it('formats in place, and --check names what is not formatted', async () => {
    command.file('ugly.camkes', 'component   A{control;}\n');
    const checked = await command.run(['fmt', '--check', 'ugly.camkes']);
    assert.equal(checked.code, 1);
    assert.match(
      checked.stderr,
      /^ugly\.camkes is not formatted; mend it with: cantrip fmt ugly\.camkes$/m,
    );
    assert.equal((await command.run(['fmt', 'ugly.camkes'])).code, 0);
    assert.equal(read('ugly.camkes'), 'component A {\n    control;\n}\n');
    assert.equal((await command.run(['fmt', '--check', 'ugly.camkes'])).code, 0);
  });

  it('prints instead of writing for --stdout, and says what it cannot format', async () => {
    command.file('ugly.cdl', 'arch   riscv\nobjects{e=ep}\n');
    const printed = await command.run(['fmt', '--stdout', 'ugly.cdl']);
    assert.match(printed.stdout, /^arch riscv\n/);
    assert.match(read('ugly.cdl'), /^arch {3}riscv/);
    const refused = await command.run(['fmt', 'hello.S']);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /There is a formatter for \.camkes, \.idl4 and \.cdl files, not for hello\.S/,
    );
  });
});
