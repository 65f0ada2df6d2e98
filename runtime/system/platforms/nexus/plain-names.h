/* Settings are of an instance by its own name, in a group as well. */
#undef debug_console
#undef mailbox_driver
#undef sdk_runtime
#undef security_coordinator
#undef sensor_manager
#undef timer_service
#undef uart_driver
