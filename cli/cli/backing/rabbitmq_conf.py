"""What a private RabbitMQ is told, of one node: ports and the password are filled in.

Of `tcp_listen_options` RabbitMQ has all but the first by itself, and loses them where one is given.
The first cuts off who reads nothing of what is sent to them, before that fills the memory.
"""

from typing import Final

CONFIGURATION: Final = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {prometheus}
default_user = headship
default_pass = {password}
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 512MB
cluster_partition_handling = pause_minority
max_message_size = 4194304
tcp_listen_options.send_timeout = 10000
tcp_listen_options.backlog = 128
tcp_listen_options.nodelay = true
tcp_listen_options.linger.on = true
tcp_listen_options.linger.timeout = 0
tcp_listen_options.exit_on_close = false
log.console = false
log.file.level = info
"""
