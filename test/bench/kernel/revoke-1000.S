# CNode_Revoke of a capability with 1000 copies; the copies are made before.

    .equ    COUNT, 1000
    .include "revoke.inc.S"
