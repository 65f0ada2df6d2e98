// Completes the name of a command, also behind `help`, and what the usage of a command says that it is given: the name of a
// bundle, of a service, or of a file with commands. Packages are asked for before a line is completed, since no service may
// be asked then.
import { Command } from './command';
import { Completer } from './line-editor';

const APPLICATION: string = '.app';
const SCRIPT: string = '.repl';

/** What `capscan` and `caps` tell of, beside bundles. */
export const SERVICES: string[] = [
  'console',
  'memory',
  'process',
  'mlcoord',
  'sdk',
  'security',
  'timer',
];

/** Knows the packages. */
export abstract class NameSource {
  /** Those that begin so; some of them where there are very many. */
  abstract packages(start: string): string[];
}

export class CommandNames extends Completer {
  private names: string[] = [];

  constructor(
    private commands: Command[],
    private source: NameSource,
  ) {
    super();
  }

  /** Gets what may stand at the end of `line`. */
  prepare(line: string): void {
    this.names = [];
    let start = line.lastIndexOf(' ') + 1;
    let word = line.slice(start);
    let what = this.whatGoes(line.slice(0, start), word);
    let isFile = what == '<file>';
    if (what == '[name]') this.names = SERVICES.slice(0);
    if (!isFile && what != '<bundle>' && what != '[name]') return;
    let packages = this.source.packages(word);
    for (let index = 0; index < packages.length; index++) {
      let name = packages[index];
      let isApplication = name.endsWith(APPLICATION);
      if (isFile && name.endsWith(SCRIPT)) this.names.push(name);
      if (!isFile && isApplication) this.names.push(name.slice(0, -APPLICATION.length));
    }
  }

  candidates(before: string, start: string): string[] {
    let found: string[] = [];
    let first = before.trim();
    if (first.length > 0 && first != 'help' && first != '?') {
      for (let index = 0; index < this.names.length; index++)
        if (this.names[index].startsWith(start)) found.push(this.names[index]);
      return found;
    }
    for (let index = 0; index < this.commands.length; index++)
      if (this.commands[index].name.startsWith(start)) found.push(this.commands[index].name);
    return found;
  }

  /** The word of the usage for the next argument; empty if there is none. */
  private whatGoes(before: string, start: string): string {
    let words = before.trim().split(' ');
    let usage: string[] = [];
    for (let index = 0; index < this.commands.length; index++)
      if (this.commands[index].name == words[0]) usage = this.commands[index].usage.split(' ');
    let place = words.length - 1;
    // An option that may be left out.
    let isOption = usage.length > 0 && usage[0].startsWith('[-');
    if (isOption && words.length == 1 && !start.startsWith('-')) place++;
    return place < usage.length ? usage[place] : '';
  }
}
