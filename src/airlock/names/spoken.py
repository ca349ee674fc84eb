"""What people type and import, and the project that they mean.

- **Import names**: the name in the import statement is not always the name of the project; whoever
  has read ``import cv2`` types ``pip install cv2``. Facts about the public index as of 2026, and
  written by hand: the core metadata have no field that all projects fill in (PEP 794 is young).
  Names that differ only in separators or capitals are the same name here, and left out.
- **Words**: names of things so well known that people expect a project of that name, whether or not
  there is one, such as a language, a program or a marketplace. Attackers take their neighbours
  (campaigns of 2021 to 2024), and a list of downloads cannot know them.
"""

from collections.abc import Iterator

_IMPORTS = """
    absl-py: absl; adafruit-blinka: board busio digitalio microcontroller;
    antlr4-python3-runtime: antlr4; apache-airflow: airflow; apache-flink: pyflink;
    apache-libcloud: libcloud; apache-superset: superset; argon2-cffi: argon2;
    atlassian-python-api: atlassian; attrs: attr; audioop-lts: audioop; auth0-python: auth0;
    avro-python3: avro; beautifulsoup4: bs4 beautifulsoup soup; biopython: bio; boto3: boto;
    cassandra-driver: cassandra; cattrs: cattr; codespell: codespell-lib; cupy-cuda12x: cupy;
    cx-oracle: oracle; cython: pyximport; databricks-sql-connector: databricks-sql; discord-py:
    discord; django-allauth: allauth; django-appconf: appconf; django-axes: axes; django-cms:
    cms; django-compressor: compressor; django-constance: constance; django-cors-headers:
    corsheaders; django-crispy-forms: crispy-forms; django-debug-toolbar: debug-toolbar;
    django-environ: environ; django-filter: django-filters; django-guardian: guardian;
    django-haystack: haystack; django-health-check: health-check; django-hijack: hijack;
    django-import-export: import-export; django-ipware: ipware; django-jazzmin: jazzmin;
    django-js-asset: js-asset; django-localflavor: localflavor; django-model-utils: model-utils;
    django-modelcluster: modelcluster; django-modeltranslation: modeltranslation; django-mptt:
    mptt; django-oauth-toolkit: oauth2-provider; django-phonenumber-field: phonenumber-field;
    django-picklefield: picklefield; django-polymorphic: polymorphic; django-reversion:
    reversion; django-silk: silk; django-simple-history: simple-history; django-storages:
    storages; django-taggit: taggit; django-tinymce: tinymce; django-waffle: waffle;
    django-webpack-loader: webpack-loader; django-widget-tweaks: widget-tweaks;
    djangorestframework: rest-framework drf; djangorestframework-simplejwt:
    rest-framework-simplejwt; dnspython: dns; docker-compose: compose; enum34: enum; faiss-cpu:
    faiss; fasttext-wheel: fasttext; ffmpeg-python: ffmpeg; firebase-admin: firebase; gdal:
    osgeo ogr gdalconst; gin-config: gin; github3-py: github3; gitpython: git;
    google-api-python-client: googleapiclient apiclient; google-cloud-aiplatform: vertexai
    aiplatform; google-search-results: serpapi; googleapis-common-protos: google-api google-rpc;
    graphql-core: graphql; grpcio: grpc; grpcio-health-checking: grpc-health; grpcio-reflection:
    grpc-reflection; grpcio-status: grpc-status; grpcio-tools: grpc-tools; huggingface-hub:
    huggingface; hydra-core: hydra; ibm-cos-sdk: ibm-boto3; ibm-watson: watson;
    imbalanced-learn: imblearn; impyla: impala; jinja2: jinja; jpype1: jpype; jsonpath-python:
    jsonpath; jupyter: notebook-jupyter; kafka-python: kafka; launchdarkly-server-sdk: ldclient;
    line-bot-sdk: linebot; linkify-it-py: linkify-it; llama-cpp-python: llama-cpp; lxml: etree;
    markdown-it-py: markdown-it; matplotlib: mpl-toolkits pylab; mecab-python3: mecab;
    microsoft-kiota-abstractions: kiota-abstractions; mistralai: mistral; mpi4py: mpi;
    mysql-connector-python: mysql mysql-connector; mysqlclient: mysqldb mysql; newspaper3k:
    newspaper; nvidia-ml-py: pynvml; odfpy: odf; openai-whisper: whisper; opencv-contrib-python:
    opencv-contrib; opencv-python: cv2 opencv; opencv-python-headless: cv2; opensearch-py:
    opensearch; openstacksdk: openstack; opentelemetry-api: opentelemetry; paddlepaddle: paddle;
    paho-mqtt: paho mqtt; pdfminer-six: pdfminer; peewee: playhouse; phonenumberslite:
    phonenumbers; pillow: pil; pinecone-client: pinecone; plaid-python: plaid; progressbar2:
    progressbar; prometheus-client: prometheus; proto-plus: proto; protobuf: google-protobuf;
    psycopg2: psycopg; psycopg2-binary: psycopg2; py-cpuinfo: cpuinfo; py-solc-x: solcx;
    pyathena: athena; pyautogen: autogen; pybars3: pybars; pybluez: bluetooth; pycairo: cairo;
    pycollada: collada; pycryptodome: crypto; pycryptodomex: cryptodome; pycurl: curl;
    pydantic-ai-slim: pydantic-ai; pydispatcher: pydispatch; pyelftools: elftools; pyenchant:
    enchant; pyerfa: erfa; pyfiglet: figlet; pyfunctional: functional; pygithub: github;
    pygobject: gi; pyhamcrest: hamcrest; pyhcl: hcl; pyicu: icu; pyjks: jks; pyjwt: jwt;
    pykerberos: kerberos; pymdown-extensions: pymdownx; pymilvus: milvus; pymodbus: modbus;
    pymongo: gridfs mongo mongodb; pymssql: mssql; pymupdf: fitz; pynacl: nacl; pyobjc-core:
    objc; pyobjc-framework-cocoa: cocoa appkit foundation; pyobjc-framework-quartz: quartz;
    pyopengl: opengl; pyopenssl: openssl; pyqt5: pyqt qt5; pyqt5-sip: sip; pyserial: serial;
    pysftp: sftp; pyshp: shapefile; pyside6: shiboken6 pyside; pysmb: smb; pysocks: socks
    sockshandler; pyspellchecker: spellchecker; pyspnego: spnego; pytelegrambotapi: telebot;
    pytesseract: tesseract; pytest-xdist: xdist; python-arango: arango; python-barcode: barcode;
    python-baseconv: baseconv; python-benedict: benedict; python-bidi: bidi; python-binance:
    binance; python-box: box; python-can: can; python-chess: chess; python-cinderclient:
    cinderclient; python-constraint: constraint; python-consul: consul; python-crontab: crontab;
    python-daemon: daemon; python-dateutil: dateutil; python-debian: debian; python-decouple:
    decouple; python-docx: docx; python-dotenv: dotenv; python-editor: editor; python-engineio:
    engineio; python-frontmatter: frontmatter; python-fsutil: fsutil; python-gitlab: gitlab;
    python-glanceclient: glanceclient; python-gnupg: gnupg; python-hcl2: hcl2;
    python-heatclient: heatclient; python-igraph: igraph; python-ipware: ipware; python-iso639:
    iso639; python-jenkins: jenkins; python-jose: jose; python-json-logger: jsonlogger;
    python-kasa: kasa; python-keycloak: keycloak; python-keystoneclient: keystoneclient;
    python-ldap: ldap; python-levenshtein: levenshtein; python-logstash: logstash;
    python-louvain: community; python-lsp-jsonrpc: pylsp-jsonrpc; python-lsp-server: pylsp;
    python-magic: magic; python-magic-bin: magic; python-memcached: memcache memcached;
    python-multipart: multipart; python-neutronclient: neutronclient; python-nmap: nmap;
    python-novaclient: novaclient; python-nvd3: nvd3; python-openstackclient: openstackclient;
    python-oxmsg: oxmsg; python-pam: pam; python-pkcs11: pkcs11; python-pptx: pptx;
    python-qpid-proton: proton; python-rapidjson: rapidjson; python-redis-lock: redis-lock;
    python-semantic-release: semantic-release; python-slugify: slugify; python-snappy: snappy;
    python-socketio: socketio; python-statemachine: statemachine; python-stdnum: stdnum;
    python-string-utils: string-utils; python-subunit: subunit; python-swiftclient: swiftclient;
    python-telegram-bot: telegram; python-twitter: twitter; python-ulid: ulid; python-vlc: vlc;
    python-whois: whois; python-xlib: xlib; python3-openid: openid; python3-saml: onelogin;
    pythonnet: clr; pytorch-lightning: lightning; pyusb: usb; pyvisa: visa; pyvmomi: vmware;
    pywavelets: pywt; pywebview: webview; pywin32: win32api win32con win32gui win32com pythoncom
    pywintypes win32; pywinpty: winpty; pywinrm: winrm; pyxdg: xdg; pyyaml: yaml; pyzmq: zmq
    zeromq; qdrant-client: qdrant; redis-py-cluster: rediscluster; robotframework: robot;
    rpi-gpio: rpi gpio; rpy2: rinterface; ruamel-yaml: ruamel; s3cmd: s3; scikit-build: skbuild;
    scikit-image: skimage; scikit-learn: sklearn scikit; scikit-optimize: skopt;
    scikit-surprise: surprise; segment-analytics-python: segment; selenium: webdriver;
    sentry-sdk: sentry; setuptools: pkg-resources; simple-salesforce: salesforce; slack-sdk:
    slack; snowflake-connector-python: snowflake snowflake-connector; snowflake-snowpark-python:
    snowflake-snowpark; social-auth-app-django: social-django; social-auth-core: social-core;
    spotipy: spotify; sseclient-py: sseclient; suds-community: suds; tabula-py: tabula;
    tavily-python: tavily; tensorflow: tf; torch: pytorch; umap-learn: umap;
    unittest-xml-reporting: xmlrunner; vcrpy: vcr; weaviate-client: weaviate; websocket-client:
    websocket; wxpython: wx; zope-interface: zope; zstandard: zstd
"""

_WORDS = """
    amazon anaconda ansible apache arduino asyncio binance bitbucket bitcoin bitfinex bittensor
    blockchain blockchain-info bybit cardano cashapp chatgpt chromedriver chromium claude coinbase
    copilot customtkinter databricks debian deepseek detectron detectron2 discord docker dogecoin
    elasticsearch electrum epicgames ethereum etherscan facebook ffmpeg firefox fortnite gemini
    github gitlab gmail golang google hardhat hashlib homeassistant hyperliquid imagemagick
    instagram javascript jenkins jupyter-notebook kafka kotlin kraken kubernetes kucoin langchain
    linkedin litecoin llama mariadb metamask microsoft midjourney minecraft monero mongodb mysql
    netflix nginx nodejs ollama onlyfans openai opensea openssh openssl outlook pancakeswap paypal
    photoshop pinterest polkadot polymarket postgres postgresql proxmox pumpfun pyinstaller python
    python3 pytorch rabbitmq raspberrypi raydium reddit redis ripple roblox rustlang selenium
    sharepoint shopify snapchat solana spotify sqlite sqlite3 stable-diffusion subprocess telegram
    tensorflow-gpu terraform tesseract tether threading tiktok tkinter trezor tronlink twitch
    twitter typescript ubuntu uniswap valorant venmo virtualbox visual-studio vmware vscode web3js
    whatsapp windows wordpress youtube
"""


def _pairs() -> Iterator[tuple[str, str]]:
    for line in _IMPORTS.split(";"):
        target, _, names = line.partition(":")
        for name in names.split():
            yield name, target.strip()


IMPORTS = dict(reversed([*_pairs()]))
"""The normalised name in an import statement, with the project that it belongs to; of several, the
first."""

WORDS = frozenset(_WORDS.split())
"""What people type although no project of that name is the one that they mean."""

SPOKEN = IMPORTS | {word: word for word in sorted(WORDS)}
"""Both, as ``NameIndex`` takes them."""
