// mem: what each component has of the memory, and behind that all applications: a component a row, one service a turn. What
// the build measured of the program comes from the component itself, and so does its arena.
import { ComponentUsage } from '../../../interfaces/component-usage';
import { Activity, Session } from '../command';
import { BundleTable } from './bundle-table';
import { USAGE_TARGETS, usagesOf } from './component-usages';

export class MemoryTable extends Activity {
  private next: i32 = 0;
  /** Those that were told of: members of a group have one program, in a row of its own. */
  private programs: string[] = [];
  private total: u32 = 0;

  timeOut(session: Session): void {
    if (this.next == 0) session.output.line(HEADING);
    let usages = usagesOf(USAGE_TARGETS[this.next++]);
    for (let index = 0; index < usages.length; index++) this.show(usages[index], session);
    this.isOver = this.next == USAGE_TARGETS.length;
  }

  finish(session: Session): void {
    session.output.line('');
    session.activity = new BundleTable(true, this.total);
  }

  private show(usage: ComponentUsage, session: Session): void {
    let isOwn = usage.program == usage.name;
    let isKnown = this.programs.includes(usage.program);
    let data = usage.dataBytes + usage.zeroBytes;
    let bytes = usage.textBytes + data + usage.stackBytes;
    let parts = [usage.textBytes.toString(), data.toString(), usage.stackBytes.toString()];
    let none = ['-', '-', '-'];
    if (!isKnown) {
      this.programs.push(usage.program);
      this.total += bytes;
      if (!isOwn) session.output.line(rowText(usage.program, parts, none, bytes));
    }
    this.total += usage.arenaBytes;
    let arena = [
      usage.arenaBytes.toString(),
      usage.arenaUsed.toString(),
      usage.arenaPeak.toString(),
    ];
    let sum = usage.arenaBytes + (isOwn ? bytes : 0);
    session.output.line(rowText(usage.name, isOwn ? parts : none, arena, sum));
  }
}

const HEADING: string = lineOf('COMPONENT', [
  'TEXT',
  'DATA',
  'STACKS',
  'ARENA',
  'USED',
  'PEAK',
  'BYTES',
]);

function rowText(name: string, program: string[], arena: string[], bytes: u32): string {
  return lineOf(name, program.concat(arena).concat([bytes.toString()]));
}

function lineOf(name: string, cells: string[]): string {
  let text = name.padEnd(20);
  for (let index = 0; index < cells.length; index++) text += ' ' + cells[index].padStart(7);
  return text;
}
