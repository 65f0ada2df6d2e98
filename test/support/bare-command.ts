/** The command of a test file about programs without a kernel: it has `barePrograms` in its folder, from its first test to its last. */
import { after, before } from 'node:test';
import { barePrograms } from './bare-programs.js';
import { commandUnderTest, type CommandUnderTest, type Finished } from './command-under-test.js';

export interface BareCommand {
  /** Once the tests run. */
  readonly folder: () => string;
  readonly cantrip: (argv: readonly string[], stdin?: string) => Promise<Finished>;
  /** Writes a file of the folder; gives its name back. */
  readonly file: (name: string, content: string | Uint8Array) => string;
}

export function bareCommand(name: string): BareCommand {
  let made: CommandUnderTest | undefined;
  const command = (): CommandUnderTest => {
    if (made === undefined) throw new Error('the command is there while tests run');
    return made;
  };
  before(() => {
    made = commandUnderTest(name);
    for (const [file, text] of Object.entries(barePrograms)) made.file(file, text);
  });
  after(() => made?.remove());
  return {
    folder: () => command().folder,
    cantrip: (argv, stdin = '') => command().run(argv, stdin),
    file: (file, content) => command().file(file, content),
  };
}
