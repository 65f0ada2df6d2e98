# CNode_Revoke of a capability with 10000 copies; the copies are made before.

    .equ    COUNT, 10000
    .include "revoke.inc.S"
