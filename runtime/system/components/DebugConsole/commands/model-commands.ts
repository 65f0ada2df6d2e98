// mldebug: what the coordinator of models does; it says so itself, in the log.
import { mlcoord } from 'camkes';
import {
  MlCoordError,
  MlCoordRequest,
  MlCoordVerb,
  mlCoordErrorOf,
} from '../../../interfaces/ml-coordinator';

export function modelCommand(words: string[]): string | null {
  if (words[0] != 'mldebug') return null;
  let request = new MlCoordRequest(MlCoordVerb.DebugState).encode();
  let error = request ? mlCoordErrorOf(mlcoord.call(0, request)) : MlCoordError.SerializeError;
  return error == MlCoordError.Success ? '' : 'mldebug failed: ' + (<i32>error).toString() + '\n';
}
