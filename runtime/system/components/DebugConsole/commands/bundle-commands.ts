// What becomes of bundles: status, start, stop, suspend, resume, restart, uninstall. Which there are is told in
// name-list.ts; what has to come over the terminal first is in upload-commands.ts.
import { ProcessControlKind, ProcessError, StateKind } from '../../../interfaces/process-control';
import { PackageManagementRequest } from '../../../interfaces/package-management';
import {
  askPackages,
  askProcess,
  stateReply,
  statusReply,
} from '../../../interfaces/process-client';
import { processErrorName } from '../../../interfaces/error-names';
import { wrongArguments } from './memory-commands';

export function bundleCommand(words: string[]): string | null {
  let command = words[0];
  if (!isOfBundle(command)) return null;
  if (words.length < 2) return wrongArguments(command);
  let bundle = words[1];
  if (command == 'status') return status(bundle);
  if (command == 'start') return act(command, ProcessControlKind.Start, bundle, 'started');
  if (command == 'stop') return act(command, ProcessControlKind.Stop, bundle, 'stopped');
  if (command == 'suspend') return act(command, ProcessControlKind.Suspend, bundle, 'suspended');
  if (command == 'resume') return act(command, ProcessControlKind.Resume, bundle, 'resumed');
  if (command == 'restart') return act(command, ProcessControlKind.Restart, bundle, 'restarted');
  let error = askPackages(PackageManagementRequest.uninstall(bundle));
  return told(command, error, bundle, 'uninstalled');
}

function isOfBundle(command: string): bool {
  return (
    command == 'status' ||
    command == 'start' ||
    command == 'stop' ||
    command == 'suspend' ||
    command == 'resume' ||
    command == 'restart' ||
    command == 'uninstall'
  );
}

function act(command: string, kind: ProcessControlKind, bundle: string, done: string): string {
  return told(command, askProcess(kind, bundle), bundle, done);
}

function told(command: string, error: ProcessError, bundle: string, done: string): string {
  if (error != ProcessError.Success) return failed(command, error);
  return 'Bundle "' + bundle + '" ' + done + '.\n';
}

function failed(what: string, error: ProcessError): string {
  return what + ' failed: ' + processErrorName(error) + whatToDo(error) + '\n';
}

/** Begins with the end of the sentence; empty where the name of the error says enough. */
export function whatToDo(error: ProcessError): string {
  if (error == ProcessError.OutOfMemory)
    return '. There is not enough memory: mem tells who has it; stop ends an application.';
  if (error == ProcessError.StorageFull)
    return '. The flash has no room for it: uninstall another bundle.';
  return '';
}

function status(bundle: string): string {
  let error = askProcess(ProcessControlKind.GetBundleState, bundle);
  if (error != ProcessError.Success) return failed('status', error);
  let state = stateReply();
  if (!state) return failed('status', ProcessError.DeserializeError);
  let text = bundle + ': ' + state.toString() + '\n';
  if (state.kind == StateKind.Stopped) return text;
  if (askProcess(ProcessControlKind.GetBundleStatus, bundle) != ProcessError.Success) return text;
  let known = statusReply();
  if (!known) return text;
  if (known.lastEnd.length > 0) text += '  last end: ' + known.lastEnd + '\n';
  if (known.restarts > 0) text += '  started again ' + known.restarts.toString() + ' times\n';
  return text;
}
