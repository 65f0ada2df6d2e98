/**
 * The name of a thread in the Call Stack, which shows its first letters only. A thread of a component is called
 * after the component twice, as in `timer_timer_clock_0000_tcb`: here it is `timer: clock`. Everything else, and
 * all other views, show the name as it is.
 */
export function threadLabel(name: string): string {
  const match = /^(.+?)_0_(control|fault_handler)_tcb$/.exec(name) ?? /^(.+)_tcb$/.exec(name);
  const [, path = '', role] = match ?? [];
  const component = componentOf(path, role !== undefined);
  if (component === undefined) return name;
  const rest = role ?? path.slice(2 * component.length + 2);
  return `${component}: ${rest.replaceAll('_', ' ').replace(/ 0000$/, '')}`;
}

/** The part that stands there twice; a `.` in the first is a `_` in the second. */
function componentOf(path: string, isWhole: boolean): string | undefined {
  for (let at = path.indexOf('_'); at > 0; at = path.indexOf('_', at + 1)) {
    const first = path.slice(0, at);
    const end = 2 * at + 1;
    if (path.slice(at + 1, end) !== first.replace(/[^A-Za-z0-9]/g, '_')) continue;
    if (isWhole ? end === path.length : path.charAt(end) === '_' && end + 1 < path.length)
      return first;
  }
  return undefined;
}
