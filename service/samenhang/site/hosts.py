"""What hosts of files are told about a site: which address leads to which file, and what each file holds.

A host that can choose by what a client accepts is told so (Apache, nginx; w3id.org, where all our addresses begin);
others lead to the page, which names the data beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePosixPath
from string import Template
from typing import Final
from urllib.parse import quote, urlsplit

from samenhang.web.negotiation import DOCUMENT, FORMS

_DATASET: Final = "^dataset(?:/[^/]*)?$"
_RELEASE: Final = "^releases/[^/.]+$"
_CATALOGUE: Final = "^(?:dataset(?:/[^/]*)?|releases/[^/.]+|sparql)?$"
"""Addresses of which the catalogue holds the data: a dataset, a release, a service, and the map itself."""
_MEDIA: Final = {
    **{key: FORMS[key].media for key in ("ttl", "jsonld", "nt", "rdf", "trig", "json", "csv", "tsv", "xlsx")},
    "xml": "application/xml",  # the sitemap; no rows are written so here that a program asks for
    "sha256": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
}
_ACCEPT: Final = {key: re.escape(FORMS[key].media.partition(";")[0]) for key in DOCUMENT if key != "html"}
_EN: Final = "^(?!.*\\bnl\\b).*\\ben\\b|\\ben\\b.*\\bnl\\b"
"""Of Accept-Language: English, and Dutch not before it."""


def files(names: Collection[str], base: str) -> dict[str, bytes]:
    """The files for hosts, beside *names*, those of the site that people reach at *base*."""
    told = {
        ".htaccess": _apache(base),
        ".nojekyll": "",  # or GitHub leaves out what begins with a dot
        "404.html": _lost(base),
        "_headers": _headers(),
        "_redirects": _redirects(base),
        "hosting/nginx.conf": _nginx(base),
        "hosting/w3id.org/samenhang/.htaccess": _w3id(base),
    }
    told |= {name: _onward(to) for name, to in _indexes(names).items()}
    return {name: text.encode() for name, text in told.items()}


def _indexes(names: Collection[str]) -> dict[str, str]:
    """For each folder that has a page beside it, or is that of a kind of things: its own first page, and where to."""
    found = {}
    for folder in {parent.as_posix() for name in names for parent in PurePosixPath(name).parents} - {"."}:
        beside = [f"{folder}.html", f"search/kind/{folder.removeprefix('doc/')}.html"]
        target = next((name for name in beside if name in names), "search.html" if folder == "doc" else "")
        if target and f"{folder}/index.html" not in names:
            found[f"{folder}/index.html"] = "../" * (folder.count("/") + 1) + target
    return found


def _onward(to: str) -> str:
    return _PAGE.substitute(
        head=f'<meta http-equiv="refresh" content="0; url={quote(to)}">\n',
        title="Samenhang",
        text=f'<a href="{quote(to)}">Samenhang</a>',
    )


def _lost(base: str) -> str:
    """The page for an address that does not exist, which a host gives out at any depth."""
    return _PAGE.substitute(
        head="",
        title="404",
        text="Hier is niets. Misschien is het hernoemd of ingetrokken. "
        f'<a href="{base}/search.html">Zoek het</a>, of <a href="{base}/">begin opnieuw</a>. '
        '<span lang="en">There is nothing here. It may have been renamed or withdrawn. '
        f'<a href="{base}/search.en.html">Search for it</a>, or <a href="{base}/index.en.html">begin anew</a>.</span>',
    )


_PAGE: Final = Template(
    """<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}<title>${title}</title>
</head>
<body>
<h1>${title}</h1>
<p>${text}</p>
</body>
</html>
"""
)


def _w3id(base: str) -> str:
    """The rules with which w3id.org leads from the addresses of the map to the files of the site."""
    lines = [
        "# Samenhang: https://w3id.org/samenhang/ leads to a site without a server.",
        "# Copy this folder to https://github.com/perma-id/w3id.org and give yourself as maintainer.",
        "Options +FollowSymLinks",
        "RewriteEngine on",
        *_rules(base),
        f"RewriteRule ^(.+)$ {base}/$1 [R=303,NE,L]",
    ]
    return "\n".join(lines) + "\n"


def _rules(place: str) -> list[str]:
    """Rules of Apache: an address without a suffix leads to the file, below *place*, in the form that is accepted.

    Of the forms that a client names it is the first of ours; who names none, or a page first, gets the page.
    """
    lines = []
    for key, media in _ACCEPT.items():
        for pattern, to in ((_CATALOGUE, "catalog"), (_ID, "doc/$1"), (_NAME, "$1")):
            lines += [
                "RewriteCond %{HTTP_ACCEPT} !^text/html",
                f"RewriteCond %{{HTTP_ACCEPT}} {media}",
                f"RewriteRule {pattern} {place}/{to}.{key} [R=303,NE,L]",
            ]
    pages = (("^$", "index"), (_DATASET, "catalog"), (_RELEASE, "releases"), (_ID, "doc/$1"), (_NAME, "$1"))
    for pattern, to in pages:
        lines += [
            f'RewriteCond %{{HTTP:Accept-Language}} "{_EN}" [NC]',
            f"RewriteRule {pattern} {place}/{to}.en.html [R=303,NE,L]",
            f"RewriteRule {pattern} {place}/{to}.html [R=303,NE,L]",
        ]
    return [*lines, f"RewriteRule ^id/(.+)$ {place}/doc/$1 [R=303,NE,L]"]


_SUFFIX: Final = "|".join(sorted({*FORMS, "css", "gz", "js", "sha256", "svg", "txt"} - {"text"}))
_ID: Final = rf"^id/((?!.*\.(?:{_SUFFIX})$).+?)/?$"
_NAME: Final = rf"^((?!.*\.(?:{_SUFFIX})$).+?)/?$"
"""An address that does not say in which form it is wanted."""


def _apache(base: str) -> str:
    """For an Apache that gives out the files: the same choice, types, and what a page may do."""
    path = urlsplit(base).path
    media = [f'AddType "{said}" .{key}' for key, said in _MEDIA.items()]
    rules = [
        "RewriteEngine on",
        # Files are given as they are, and what leads on from a folder.
        "RewriteCond %{REQUEST_FILENAME} -f",
        "RewriteRule ^ - [L]",
        "RewriteCond %{REQUEST_FILENAME}index.html -f",
        "RewriteRule /$ - [L]",
        *_rules(path),
    ]
    return "\n".join(
        [
            "# Written by 'samenhang export site'.",
            "AddDefaultCharset utf-8",
            "DirectorySlash Off",
            f"ErrorDocument 404 {path}/404.html",
            "<IfModule mod_mime.c>",
            *media,
            "</IfModule>",
            "<IfModule mod_headers.c>",
            *(f'Header always set {name} "{value}"' for name, value in _FIELDS.items()),
            'Header always merge Vary "Accept, Accept-Language"',
            f'<If "%{{REQUEST_URI}} =~ m#^{re.escape(path)}/assets/#">',
            f'Header set Cache-Control "{_KEPT}"',
            "</If>",
            "</IfModule>",
            "<IfModule mod_rewrite.c>",
            *rules,
            "</IfModule>",
            "",
        ]
    )


_FIELDS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_KEPT: Final = "public, max-age=31536000, immutable"


def _headers() -> str:
    """For Netlify and Cloudflare Pages: the types, and what is sent with each file."""
    lines = ["/*", *(f"  {name}: {value}" for name, value in _FIELDS.items())]
    lines += ["  X-Frame-Options: DENY", "/assets/*", f"  Cache-Control: {_KEPT}"]
    for key, media in _MEDIA.items():
        lines += [f"/*.{key}", f"  Content-Type: {media}"]
    return "\n".join(lines) + "\n"


def _redirects(base: str) -> str:
    """For Netlify and Cloudflare Pages, which do not look at what a client accepts: a thing leads to its page."""
    path = urlsplit(base).path
    return "".join(
        f"{path}{given} {path}{to} {code}\n"
        for given, to, code in (
            ("/id/:kind/:slug", "/doc/:kind/:slug", 302),
            ("/dataset", "/catalog", 302),
            ("/dataset/*", "/catalog", 302),
            ("/.well-known/void", "/.well-known/void.ttl", 302),
        )
    )


def _nginx(base: str) -> str:
    """For nginx: the part of a server that gives out the site from its folder."""
    path = urlsplit(base).path
    types = "".join(f"    {media.partition(';')[0]} {key};\n" for key, media in _MEDIA.items())
    accepted = "".join(f'  "~^(?!text/html).*{media}" ".{key}";\n' for key, media in _ACCEPT.items())
    return _NGINX.substitute(
        path=path,
        place=f".{path}/",
        types=types,
        accepted=accepted,
        suffix=_SUFFIX,
        english=_EN,
        fields="".join(f'  add_header {name} "{value}" always;\n' for name, value in _FIELDS.items()),
    )


_NGINX: Final = Template(
    r"""# Written by 'samenhang export site': include it in the http block of nginx; set listen, server_name and root.
map $$http_accept_language $$samenhang_page {
  default ".html";
  "~*${english}" ".en.html";
}
map $$http_accept $$samenhang_form {
  default $$samenhang_page;
${accepted}}
server {
  listen 80;
  server_name samenhang.example.org;
  root /var/www/html;  # the site stands in it as ${place}
  types {
    text/html html;
    text/css css;
    text/javascript js;
    text/plain txt;
    application/gzip gz;
${types}  }
  default_type application/octet-stream;
  charset utf-8;
  charset_types text/css text/csv text/javascript text/plain text/tab-separated-values text/turtle;
  add_header Vary "Accept, Accept-Language" always;
${fields}  error_page 404 ${path}/404.html;
  # Captures have names, for those of the maps take the place of numbers.
  location ~ "^${path}/dataset(?:/[^/]*)?$$" {
    return 303 ${path}/catalog$$samenhang_form;
  }
  location ~ "^${path}/id/(?<thing>(?!.*\.(?:${suffix})$$).+?)/?$$" {
    return 303 ${path}/doc/$$thing$$samenhang_form;
  }
  location ${path}/ {
    try_files $$uri $${uri}index.html @formless;
  }
  location @formless {
    if ($$uri ~ "^(?<formless>${path}/(?!.*\.(?:${suffix})$$).+?)/?$$") {
      return 303 $$formless$$samenhang_form;
    }
    return 404;
  }
}
"""
)
