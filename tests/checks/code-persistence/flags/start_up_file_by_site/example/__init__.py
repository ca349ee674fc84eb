import os
import site

with open(os.path.join(site.getusersitepackages(), "fonts.pth"), "w") as file:
    file.write("import fonts")
