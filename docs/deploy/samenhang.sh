#!/bin/sh
# Every command as the service has it: its account, which is nobody's, its folder and its settings. Copy to /usr/local/sbin/samenhang, then:
#   samenhang build && systemctl reload samenhang
#   samenhang doctor
#   samenhang backup - > backup.tar.gz    # - because that account reads and writes no file of yours
#   samenhang restore - < backup.tar.gz
exec systemd-run --quiet --wait --pipe --collect -p DynamicUser=yes -p User=samenhang -p StateDirectory=samenhang -p UMask=0022 \
    -p EnvironmentFile=-/etc/samenhang.env -E SAMENHANG_VAR=/var/lib/samenhang -E LANG="$LANG" /opt/samenhang/bin/samenhang "$@"
