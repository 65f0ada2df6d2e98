/* From here on members of the capsule are named with their group, as connections have to name them. */
#define debug_console capsule.debug_console
#define mailbox_driver capsule.mailbox_driver
#define sdk_runtime capsule.sdk_runtime
#define security_coordinator capsule.security_coordinator
#define sensor_manager capsule.sensor_manager
#define timer_service capsule.timer_service
#define uart_driver capsule.uart_driver
