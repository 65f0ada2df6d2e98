// test_mlexecute, test_mlperiodic and test_mlcancel: jobs of MlCoordinator.
import { mlcoord } from 'camkes';
import {
  MlCoordError,
  MlCoordRequest,
  MlCoordVerb,
  mlCoordErrorOf,
} from '../../../../interfaces/ml-coordinator';
import { Command, CommandError, Session } from '../../command';
import { wholeNumberOf } from '../../decimal';

/** In the order of the enumeration. */
const ERRORS: string[] = [
  'Success',
  'InvalidImage',
  'InvalidTimer',
  'LoadModelFailed',
  'NoModelSlotsLeft',
  'NoSuchModel',
  'NoOutputHeader',
  'SerializeError',
  'DeserializeError',
  'UnknownError',
  'InvalidInputRange',
  'NoCore',
];

export function modelTests(): Command[] {
  return [
    new Command('test_mlcancel', '<bundle> <model>', 'ends a job of a model', 2, 2, cancel),
    new Command('test_mlexecute', '<bundle> <model>', 'runs a model once', 2, 2, execute),
    new Command(
      'test_mlperiodic',
      '<bundle> <model> <milliseconds>',
      'runs a model again and again',
      3,
      3,
      periodic,
    ),
  ];
}

function cancel(words: string[], session: Session): CommandError {
  let error = ask(new MlCoordRequest(MlCoordVerb.Cancel, words[1], words[2]));
  let names = namesOf(words);
  if (error == MlCoordError.Success) session.output.line('Cancelled ' + names);
  else tell('Cancel', names, error, session);
  return CommandError.None;
}

function execute(words: string[], session: Session): CommandError {
  let error = ask(new MlCoordRequest(MlCoordVerb.Oneshot, words[1], words[2]));
  if (error != MlCoordError.Success) tell('Execute', namesOf(words), error, session);
  return CommandError.None;
}

function periodic(words: string[], session: Session): CommandError {
  let rate = wholeNumberOf(words[3], 0xffff_ffff);
  if (rate < 0) return CommandError.BadArguments;
  let error = ask(new MlCoordRequest(MlCoordVerb.Periodic, words[1], words[2], <u32>rate));
  if (error != MlCoordError.Success) tell('Periodic', namesOf(words), error, session);
  return CommandError.None;
}

function ask(request: MlCoordRequest): MlCoordError {
  let bytes = request.encode();
  return bytes ? mlCoordErrorOf(mlcoord.call(0, bytes)) : MlCoordError.SerializeError;
}

function namesOf(words: string[]): string {
  return '"' + words[1] + '" "' + words[2] + '"';
}

function tell(what: string, names: string, error: MlCoordError, session: Session): void {
  session.output.line(what + ' ' + names + ' err: ' + ERRORS[<i32>error]);
}
