// caps: a line a component, of how many capabilities it has of each kind, of its free slots, and of its arena. One service
// a turn, so that what it takes is reclaimed before the next one.
import { ComponentUsage, KindCount } from '../../../interfaces/component-usage';
import { Activity, Command, CommandError, Session } from '../command';
import { SlotList } from './capscan-command';
import { USAGE_TARGETS, usagesOf } from './component-usages';

export const capsCommands: Command[] = [
  new Command(
    'caps',
    '[name]',
    'tells how many capabilities components have of each kind, and of their arenas; or what is in the slots of a bundle',
    0,
    1,
    caps,
  ),
];

class Caps extends Activity {
  private next: i32 = 0;
  /** Programs, and the first component of each that was told of: members of a group have one CNode. */
  private programs: string[] = [];
  private first: string[] = [];

  constructor(private targets: string[]) {
    super();
  }

  timeOut(session: Session): void {
    let target = this.targets[this.next++];
    let usages = usagesOf(target);
    if (usages.length == 0) session.output.line('caps ' + target + ' failed');
    for (let index = 0; index < usages.length; index++)
      session.output.line(this.textOf(usages[index]));
    this.isOver = this.next == this.targets.length;
  }

  private textOf(usage: ComponentUsage): string {
    let known = this.programs.indexOf(usage.program);
    if (known >= 0)
      return usage.name + ': the CNode of ' + this.first[known] + ', ' + restText(usage);
    this.programs.push(usage.program);
    this.first.push(usage.name);
    let text = usage.name + ': ';
    for (let index = 0; index < usage.kinds.length; index++)
      text += countText(usage.kinds[index]) + ', ';
    return text + restText(usage);
  }
}

function caps(words: string[], session: Session): CommandError {
  if (words.length > 1 && !USAGE_TARGETS.includes(words[1]))
    session.activity = new SlotList(words[1]);
  else session.activity = new Caps(words.length > 1 ? [words[1]] : USAGE_TARGETS);
  return CommandError.None;
}

function restText(usage: ComponentUsage): string {
  return (
    usage.freeSlots.toString() +
    ' slots are free; arena: ' +
    usage.arenaUsed.toString() +
    ' of ' +
    usage.arenaBytes.toString() +
    ' bytes in use, at most ' +
    usage.arenaPeak.toString()
  );
}

function countText(each: KindCount): string {
  return each.count.toString() + ' ' + nameOf(each.kind);
}

function nameOf(kind: u32): string {
  switch (kind) {
    case 1:
      return 'frame';
    case 2:
      return 'untyped';
    case 3:
      return 'page table';
    case 4:
      return 'endpoint';
    case 6:
      return 'notification';
    case 8:
      return 'reply';
    case 10:
      return 'CNode';
    case 11:
      return 'ASID control';
    case 12:
      return 'TCB';
    case 13:
      return 'ASID pool';
    case 0x0e:
      return 'IRQ control';
    case 0x1e:
      return 'IRQ handler';
    case 0x2e:
      return 'zombie';
    case 0x3e:
      return 'domain';
    case 0x4e:
      return 'scheduling context';
    case 0x5e:
      return 'scheduling control';
    default:
      return 'other';
  }
}
