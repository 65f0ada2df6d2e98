// builtins, packages and bundles: names in their order, however many there are. A part of them a turn, so that what it
// takes is reclaimed before the next one.
import { processErrorName } from '../../../interfaces/error-names';
import { Names, bundlesBehind } from '../../../interfaces/process-client';
import { ProcessControlKind, ProcessError } from '../../../interfaces/process-control';
import { packagesBehind } from '../../../interfaces/security-client';
import { Activity, Session } from '../command';

export abstract class NameList extends Activity {
  private last: string = '';

  /** `what` is said of a list that is not told. */
  constructor(private what: string) {
    super();
  }

  abstract behind(name: string): Names;

  timeOut(session: Session): void {
    let part = this.behind(this.last);
    let names = part.names;
    if (part.error != ProcessError.Success)
      session.output.line(this.what + ' failed: ' + processErrorName(part.error));
    for (let index = 0; index < names.length; index++) session.output.line(names[index]);
    if (names.length > 0) this.last = names[names.length - 1];
    else this.isOver = true;
  }
}

export class PackageList extends NameList {
  constructor() {
    super('get_packages');
  }

  behind(name: string): Names {
    let names = packagesBehind(name);
    return names
      ? new Names(ProcessError.Success, names)
      : new Names(ProcessError.UnknownError, []);
  }
}

export class RunningList extends NameList {
  constructor() {
    super('get_running_bundles');
  }

  behind(name: string): Names {
    return bundlesBehind(ProcessControlKind.ListRunningBundles, name);
  }
}
