def render(source, values):
    code = compile(source, "<template>", "exec")
    exec(code, values)
    return values["result"]
