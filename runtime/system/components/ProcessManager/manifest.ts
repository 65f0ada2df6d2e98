// What a bundle says of itself: lines `key = value`, `#` begins a comment. The build has checked it, but a bundle may
// come from anywhere, so everything is checked again. toolchain/bundle/manifest.ts tells the keys and their defaults.
export enum RestartPolicy {
  Never,
  OnFault,
  Always,
}

const LONGEST_NAME: i32 = 32;
const MOST_DEVICES: i32 = 8;
/** Times that `always` starts one again without a word from the user; else one that ends at once would spin for ever. */
const DEFAULT_RESTARTS: u32 = 3;

export class Manifest {
  name: string = '';
  memoryBytes: u32 = 512 * 1024;
  stackBytes: u32 = 16 * 1024;
  priority: u8 = 100;
  budget: u32 = 10000;
  period: u32 = 10000;
  restart: RestartPolicy = RestartPolicy.Never;
  /** Of `on-fault`. */
  restartLimit: u32 = DEFAULT_RESTARTS;
  /** The policy as it was written. */
  restartText: string = 'never';
  endpoints: u32 = 1;
  devices: string[] = [];
  /** What is wrong with it; empty for nothing. */
  error: string = '';

  constructor(text: string) {
    this.read(text);
  }

  private read(text: string): void {
    let lines = text.split('\n');
    let keys: string[] = [];
    for (let index = 0; index < lines.length && this.error.length == 0; index++) {
      this.readLine(lines[index], keys);
      if (this.error.length > 0) this.error += ' in line ' + (index + 1).toString();
    }
    if (this.error.length == 0 && this.name.length == 0) this.error = 'no name';
    if (this.error.length == 0 && this.budget > this.period) this.error = 'no valid budget';
  }

  private readLine(whole: string, keys: string[]): void {
    let comment = whole.indexOf('#');
    let line = (comment >= 0 ? whole.substring(0, comment) : whole).trim();
    if (line.length == 0) return;
    let equals = line.indexOf('=');
    let key = equals < 0 ? '' : line.substring(0, equals).trim();
    if (key.length == 0) this.error = 'a line that is not "key = value"';
    else if (keys.includes(key)) this.error = key + ' is told twice';
    else if (!this.take(key, line.substring(equals + 1).trim())) this.error = 'no valid ' + key;
    keys.push(key);
  }

  private take(key: string, value: string): bool {
    if (key == 'name') {
      this.name = value;
      return isBundleName(value);
    }
    if (key == 'memory') {
      this.memoryBytes = sizeOf(value);
      return this.memoryBytes != 0;
    }
    if (key == 'stack') {
      this.stackBytes = sizeOf(value);
      return this.stackBytes != 0;
    }
    if (key == 'priority') {
      let priority = numberOf(value);
      this.priority = <u8>priority;
      return priority >= 0 && priority <= 253;
    }
    if (key == 'budget') {
      this.budget = <u32>numberOf(value);
      return <i32>this.budget > 0;
    }
    if (key == 'period') {
      this.period = <u32>numberOf(value);
      return <i32>this.period > 0;
    }
    if (key == 'restart') return this.takeRestart(value);
    if (key == 'endpoints') {
      this.endpoints = <u32>numberOf(value);
      return this.endpoints <= 1;
    }
    if (key == 'devices') {
      let names = value.split(' ');
      this.devices = names;
      for (let index = 0; index < names.length; index++)
        if (!isName(names[index]) || names.indexOf(names[index]) < index) return false;
      return names.length <= MOST_DEVICES;
    }
    return false;
  }

  private takeRestart(value: string): bool {
    this.restartText = value;
    if (value == 'never') this.restart = RestartPolicy.Never;
    else if (value == 'always') this.restart = RestartPolicy.Always;
    else if (value == 'on-fault') this.restart = RestartPolicy.OnFault;
    else if (value.startsWith('on-fault ')) {
      let limit = numberOf(value.substring(9));
      this.restart = RestartPolicy.OnFault;
      this.restartLimit = <u32>limit;
      return limit > 0 && limit < 1000;
    } else return false;
    return true;
  }
}

/** The file of a package has one of these behind its name: a name that ends so could stand for two packages. */
export function isBundleName(name: string): bool {
  let suffixes: string[] = ['.app', '.kelvin', '.model', '.repl'];
  for (let index = 0; index < suffixes.length; index++)
    if (name.endsWith(suffixes[index])) return false;
  return isName(name);
}

export function isName(name: string): bool {
  if (name.length == 0 || name.length > LONGEST_NAME) return false;
  for (let at = 0; at < name.length; at++) {
    let character = name.charCodeAt(at);
    let letter = character | 0x20;
    let isPlain = (letter >= 0x61 && letter <= 0x7a) || (character >= 0x30 && character <= 0x39);
    let isMark = character == 0x5f || character == 0x2e || character == 0x2d;
    if (!isPlain && (at == 0 || !isMark)) return false;
  }
  return true;
}

/** -1 for what is no number, or a very large one. */
function numberOf(text: string): i32 {
  if (text.length == 0 || text.length > 8) return -1;
  if (text.length > 1 && text.charCodeAt(0) == 0x30) return -1;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    let digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** 0 for what is no size, or none that there is. */
function sizeOf(text: string): u32 {
  let isKibi = text.endsWith('K');
  let isMebi = text.endsWith('M');
  let digits = isKibi || isMebi ? text.substring(0, text.length - 1) : text;
  if (digits.length > (isKibi ? 6 : isMebi ? 3 : 8)) return 0;
  let value = numberOf(digits);
  if (value <= 0) return 0;
  return (<u32>value) << (isKibi ? 10 : isMebi ? 20 : 0);
}
