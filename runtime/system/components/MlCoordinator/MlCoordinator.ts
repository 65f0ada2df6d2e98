// Requests to run models. A model is a package, and has to be one that can be loaded; the board has no core for it then,
// which every request is told.
import {
  CSR,
  data_fault,
  finish,
  host_req,
  instruction_fault,
  logger,
  mlcoord,
  timer,
} from 'camkes';
import {
  INTR_ENABLE,
  INTR_STATE,
  INTR_STATE_DATA_FAULT as DATA_FAULT,
  INTR_STATE_FINISH as FINISH,
  INTR_STATE_HOST_REQ as HOST_REQ,
  INTR_STATE_INSTRUCTION_FAULT as INSTRUCTION_FAULT,
} from 'registers/ml_top';
import { ObjectType } from 'sel4';
import { dumpSlots } from 'sel4/debug';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import { ObjDesc } from '../../interfaces/memory';
import { giveBack, giveBackHere } from '../../interfaces/memory-client';
import {
  CompletedJobsResponse,
  MlCoordError,
  MlCoordRequest,
  MlCoordVerb,
} from '../../interfaces/ml-coordinator';
import { encodeUsage } from '../../interfaces/own-usage';
import { loadModel } from '../../interfaces/security-client';
import {
  CompletedTimersResponse,
  TimerServiceError,
  TimerServiceRequest,
  TimerServiceVerb,
} from '../../interfaces/timer-service';
import { listSlots } from '../../interfaces/slot-list';
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

export function pre_init(): void {
  let all = HOST_REQ | FINISH | INSTRUCTION_FAULT | DATA_FAULT;
  CSR.set<u32>(INTR_STATE, all);
  CSR.set<u32>(INTR_ENABLE, all);
}

// Nothing was started that any of these could be about, so each is only told of.

export function host_req_handle(): void {
  CSR.set<u32>(INTR_STATE, HOST_REQ);
  host_req.acknowledge();
  sayOfCore('asks for something');
}

export function finish_handle(): void {
  CSR.set<u32>(INTR_STATE, FINISH);
  finish.acknowledge();
  sayOfCore('has finished');
}

export function instruction_fault_handle(): void {
  CSR.set<u32>(INTR_STATE, INSTRUCTION_FAULT);
  instruction_fault.acknowledge();
  sayOfCore('has met an instruction that it does not have');
}

export function data_fault_handle(): void {
  CSR.set<u32>(INTR_STATE, DATA_FAULT);
  data_fault.acknowledge();
  sayOfCore('has reached for memory that it does not have');
}

function sayOfCore(what: string): void {
  say('ml_coordinator::the vector core ' + what + ', and runs nothing', LogLevel.Error);
}

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
    case MlCoordVerb.ComponentUsage:
      mlcoord.reply(encodeUsage());
      return MlCoordError.Success;
    case MlCoordVerb.CapscanPart:
      mlcoord.reply(listSlots(request.slot));
      return MlCoordError.Success;
    default:
      dumpSlots();
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

/** Nothing is put into the core's memory, where nothing would run it. */
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
