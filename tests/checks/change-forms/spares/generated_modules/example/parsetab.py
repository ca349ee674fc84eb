_lr_action = {}
