TEMPLATE = "def {name}(self): return self._{name}"


def accessor(name):
    scope = {}
    exec(TEMPLATE.format(name=name), scope)
    return scope[name]
