// A reader: to call a method is to call a function. Attributes are constants of the module camkes.
import { instanceName, library, wish } from 'camkes';
import { log } from 'sel4';

export function run(): void {
  const lent = library.lend(wish);
  if (lent.result) log(instanceName + ' has ' + wish + ', ' + lent.left.toString() + ' are left');
  else log(instanceName + ' takes none of ' + library.list());
}
