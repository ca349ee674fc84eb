const data = JSON.parse(atob(document.body.dataset.state));
fetch('/api').then(r => r.json()).then(v => eval(v.length));
