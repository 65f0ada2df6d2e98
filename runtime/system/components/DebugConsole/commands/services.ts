// Commands that ask the services: about bundles, keys, memory, models and capabilities. Each group of
// them answers a line with the text that it prints.
import { LogLevel } from '../../../interfaces/logger';
import { ANY, Command, CommandError, Session } from '../command';
import { dumpScheduler } from 'sel4/debug';
import { BundleTable } from './bundle-table';
import { bundleCommand } from './bundle-commands';
import { SLOT_TARGETS, SlotList } from './capscan-command';
import { keyCommand } from './key-commands';
import { memoryCommand } from './memory-commands';
import { MemoryTable } from './memory-table';
import { modelCommand } from './model-commands';
import { PackageList, RunningList } from './name-list';

export const serviceCommands: Command[] = [
  new Command('builtins', '', 'lists the packages', 0, 0, packages),
  new Command('packages', '', 'lists the packages', 0, 0, packages),
  new Command('bundles', '', 'lists the applications that run', 0, 0, running),
  new Command(
    'ps',
    '',
    'lists all threads, as `threads` does, and the applications that were started',
    0,
    0,
    ps,
  ),
  new Command(
    'threads',
    '',
    'lists all threads with their states, and microseconds of the processor since the start',
    0,
    0,
    threads,
  ),
  new Command('status', '<bundle>', 'tells the state of an application', 1, 1, ofBundles),
  new Command('start', '<bundle>', 'starts an application', 1, 1, ofBundles),
  new Command('stop', '<bundle>', 'stops an application', 1, 1, ofBundles),
  new Command('suspend', '<bundle>', 'stops an application for a while', 1, 1, ofBundles),
  new Command('resume', '<bundle>', 'lets it go on', 1, 1, ofBundles),
  new Command('restart', '<bundle>', 'stops an application and starts it', 1, 1, ofBundles),
  new Command('uninstall', '<bundle>', 'removes a package that was installed', 1, 1, ofBundles),
  new Command('kvread', '<bundle> <key>', 'shows a value of a bundle', 2, 2, ofKeys),
  new Command('kvwrite', '<bundle> <key> <value>...', 'sets a value of a bundle', 2, ANY, ofKeys),
  new Command('kvdelete', '<bundle> <key>', 'deletes a value of a bundle', 2, 2, ofKeys),
  new Command('mldebug', '', 'tells what the coordinator of models does', 0, 0, ofModels),
  new Command(
    'capscan',
    '[name]',
    'lists what a service or an application has in its slots, without objects and badges: this kernel tells kinds alone; Ctrl-C ends it',
    0,
    1,
    ofSlots,
  ),
  new Command(
    'mem',
    '',
    'tells what components, applications and the console have of the memory, in bytes; components had theirs at the start: (system), with kernel objects and shared pages',
    0,
    0,
    mem,
  ),
  new Command('mdebug', '', 'lists the pieces of memory', 0, 0, ofMemory),
  new Command('mstats', '', 'tells how much memory is free', 0, 0, ofMemory),
];

function packages(_words: string[], session: Session): CommandError {
  session.activity = new PackageList();
  return CommandError.None;
}

function running(_words: string[], session: Session): CommandError {
  session.activity = new RunningList();
  return CommandError.None;
}

function ofBundles(words: string[], session: Session): CommandError {
  return print(bundleCommand(words), session);
}

/** The kernel prints them on its own console, which is the same line. */
function threads(_words: string[], _session: Session): CommandError {
  dumpScheduler();
  return CommandError.None;
}

function ps(_words: string[], session: Session): CommandError {
  dumpScheduler();
  session.activity = new BundleTable(false);
  return CommandError.None;
}

function mem(_words: string[], session: Session): CommandError {
  session.activity = new MemoryTable();
  return CommandError.None;
}

function ofKeys(words: string[], session: Session): CommandError {
  return print(keyCommand(words), session);
}

function ofMemory(words: string[], session: Session): CommandError {
  if (words[0] == 'mdebug') warnOfLevel(words[0], session);
  return print(memoryCommand(words), session);
}

function ofModels(words: string[], session: Session): CommandError {
  warnOfLevel(words[0], session);
  return print(modelCommand(words), session);
}

/** A service answers these in the log. */
function warnOfLevel(command: string, session: Session): void {
  if (!session.logger.takes(LogLevel.Info))
    session.output.line(
      command + ' answers in the log, which loglevel ' + session.logger.levelName + ' hides',
    );
}

function ofSlots(words: string[], session: Session): CommandError {
  if (words.length > 1) session.activity = new SlotList(words[1]);
  else print(SLOT_TARGETS, session);
  return CommandError.None;
}

function print(text: string | null, session: Session): CommandError {
  if (text == null) return CommandError.UnknownCommand;
  let lines = text.split('\n');
  for (let index = 0; index < lines.length - 1; index++) session.output.line(lines[index]);
  return CommandError.None;
}
