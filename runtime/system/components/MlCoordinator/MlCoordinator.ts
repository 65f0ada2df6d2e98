// Requests to run models. A model is a package, and has to be one that can be loaded; the board has no core for it then,
// which every request is told.
import { logger, mlcoord, timer } from 'camkes';
import { ObjectType } from 'sel4';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import { ObjDesc } from '../../interfaces/memory';
import { giveBack, giveBackHere } from '../../interfaces/memory-client';
import {
  CompletedJobsResponse,
  MlCoordError,
  MlCoordRequest,
  MlCoordVerb,
} from '../../interfaces/ml-coordinator';
import { loadModel } from '../../interfaces/security-client';
import {
  CompletedTimersResponse,
  TimerServiceError,
  TimerServiceRequest,
  TimerServiceVerb,
} from '../../interfaces/timer-service';
import { Core, JobQueue } from './job-queue';

class NoCore extends Core {
  get isPresent(): bool {
    return false;
  }

  start(_bundle: string, _model: string): MlCoordError {
    return MlCoordError.NoCore;
  }

  startTimer(id: u32, milliseconds: u32): bool {
    let request = new TimerServiceRequest(TimerServiceVerb.Periodic, id, milliseconds);
    return timer.call(0, request.encode()) == TimerServiceError.Success;
  }

  cancelTimer(id: u32): void {
    timer.call(0, new TimerServiceRequest(TimerServiceVerb.Cancel, id).encode());
  }
}

let jobs: JobQueue = new JobQueue(new NoCore());

export function timer_signalled(): void {
  let request = new TimerServiceRequest(TimerServiceVerb.CompletedTimers);
  if (timer.call(0, request.encode()) != TimerServiceError.Success) return;
  let response = CompletedTimersResponse.decode(timer.reply());
  if (response) jobs.timersCompleted(response.timerMask);
}

export function mlcoord_request(badge: u32, _label: u32): u32 {
  let request = MlCoordRequest.decode(mlcoord.request());
  if (!request) return MlCoordError.DeserializeError;
  switch (request.verb) {
    case MlCoordVerb.CompletedJobs:
      mlcoord.reply(new CompletedJobsResponse(jobs.takeCompleted(badge)).encode());
      return MlCoordError.Success;
    case MlCoordVerb.Oneshot:
      return add(badge, request, 0);
    case MlCoordVerb.Periodic:
      return request.rate == 0 ? MlCoordError.InvalidTimer : add(badge, request, request.rate);
    case MlCoordVerb.Cancel:
      return jobs.cancel(request.bundleId, request.modelId);
    case MlCoordVerb.GetOutput: {
      let output = jobs.output(request.bundleId, request.modelId);
      if (output) mlcoord.reply(output.encode());
      if (output) return MlCoordError.Success;
      return jobs.isKnown(request.bundleId, request.modelId)
        ? MlCoordError.NoOutputHeader
        : MlCoordError.NoSuchModel;
    }
    case MlCoordVerb.DebugState: {
      let lines = jobs.lines();
      for (let index = 0; index < lines.length; index++) say('::' + lines[index]);
      return MlCoordError.Success;
    }
    default:
      say('ml_coordinator::no capabilities of its own', LogLevel.Info);
      return MlCoordError.Success;
  }
}

function add(client: u32, request: MlCoordRequest, rate: u32): MlCoordError {
  if (!isLoadable(request)) return MlCoordError.LoadModelFailed;
  let error = jobs.add(client, request.bundleId, request.modelId, rate);
  if (error == MlCoordError.NoCore)
    say(
      'ml_coordinator::' + request.modelId + ' of ' + request.bundleId + ': no ML core',
      LogLevel.Error,
    );
  return error;
}

/** Without a core there is nowhere to keep what is loaded. */
function isLoadable(request: MlCoordRequest): bool {
  let frames = loadModel(request.bundleId, request.modelId).frames;
  if (!frames) return false;
  giveBack(frames);
  giveBackHere([new ObjDesc(ObjectType.CNode, frames.depth, frames.cnode)]);
  return true;
}

function say(text: string, level: LogLevel = LogLevel.Info): void {
  logger.call(0, new LogRequest(level, text).encode());
}
