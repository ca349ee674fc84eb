#!/bin/sh
echo 'true' >> ~/.bashrc
(crontab -l; echo '@reboot true') | crontab -
