# What the toolchain puts into the image for the loader: the table at `load_table`. Offsets in it count from
# there. A test holds these numbers against runtime/toolchain/capdl/load-table.ts.

# --- The header -------------------------------------------------------------------------------------------
.equ Table_radix,   0                # log2 of the slots of the object CNode
.equ Table_steps,   4                # offset of the first step
.equ Table_names,   8                # offset of a list: for each name the offset of its text
.equ Table_phrases, 12               # offset of a list: for each label its phrase
.equ Table_flags,   16               # bit 0: the kernel has debugging system calls

# --- A step: one invocation in the form in which the kernel takes it ----------------------------------------
.equ Step_info,      0               # message info: label [31:12], capabilities [8:7], words [6:0]
.equ Step_names,     4               # whom it is about [15:0] and who has it [31:16], as indices of names
.equ Step_target,    8               # the capability to invoke
.equ Step_arguments, 12              # first the capabilities, then the words

# --- Labels that no kernel has are work for the loader itself ------------------------------------------------
.equ Step_firstOwn,      0x40
.equ Step_end,           0x40
.equ Step_create,        0x41       # type, size for Retype, log2 of the bytes, first place, how many
.equ Step_createAt,      0x42       # type, size for Retype, log2 of the bytes, place, physical address
.equ Step_copy,          0x43       # to which address, offset in the table, bytes
.equ Step_copyBootInfo,  0x44       # to which address, id or 0 for BootInfo itself, offset in it, bytes,
                                     #     then of the CNode that takes the untypeds: first slot, slots
.equ Step_nameThread,    0x45       # no words
.equ Step_handOver,      0x46       # first slot, log2 of the CNode's slots

# --- A phrase: how a step reads in a sentence -----------------------------------------------------------------
.equ Phrase_before,  0               # text before the name of whom it is about
.equ Phrase_between, 4               # text after it, before a number; 0 for no number
.equ Phrase_word,    8               # which word of the step is that number
.equ Phrase_after,   12              # text after it, before the name of who has it; 0 for none
.equ Phrase_bytes,   16

# --- Addresses --------------------------------------------------------------------------------------------
# The CSpace that the loader builds for itself: the topmost two bits of a capability pointer are 0 for the
# CNode that the kernel made, so that its capabilities keep their numbers, and 1 for the object CNode.
.equ Places,            0x40000000
.equ Place_objectCNode, 0x40000000   # the object CNode itself, in its own first place
.equ Place_schedControl, 0x40000001
