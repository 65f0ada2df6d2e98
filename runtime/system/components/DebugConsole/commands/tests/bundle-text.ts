// A bundle of objects as the real system's tests print one.
import { ObjDescBundle } from '../../../../interfaces/memory';

/** By the number of the type. */
const TYPES: string[] = [
  'seL4_UntypedObject',
  'seL4_TCBObject',
  'seL4_EndpointObject',
  'seL4_NotificationObject',
  'seL4_CapTableObject',
  'seL4_SchedContextObject',
  'seL4_ReplyObject',
  'seL4_RISCV_4K_Page',
  'seL4_RISCV_Mega_Page',
  'seL4_RISCV_PageTableObject',
];

export function bundleText(bundle: ObjDescBundle): string {
  let objs: string[] = [];
  for (let index = 0; index < bundle.objs.length; index++) {
    let each = bundle.objs[index];
    let type = <i32>each.type < TYPES.length ? TYPES[<i32>each.type] : each.type.toString();
    objs.push(
      'ObjDesc { type_: ' +
        type +
        ', count: ' +
        each.count.toString() +
        ', cptr: ' +
        each.cptr.toString() +
        ' }',
    );
  }
  return (
    'ObjDescBundle { cnode: ' +
    bundle.cnode.toString() +
    ', depth: ' +
    bundle.depth.toString() +
    ', objs: [' +
    objs.join(', ') +
    '] }'
  );
}
