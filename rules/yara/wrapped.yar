rule exhunt_script_in_mailbox_file
{
    meta:
        title = "YARA: Mailbox File With a Script in It"
        id = "ca5d1740-985c-4069-9887-4275aef921ed"
        description = "A file that begins as an exported mailbox holds a page of ASP.NET: the web shell of ProxyShell, written by New-MailboxExportRequest."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003, T1036"
        cve = "CVE-2021-31207"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "Mailboxes of developers that were exported below a web root"
    strings:
        $code = /<%@?\s{0,20}(page|webhandler|webservice|import)\b|<script[^>]{1,120}runat\s{0,5}=|\beval\s{0,10}\(\s{0,10}request/ nocase ascii wide
    condition:
        uint32be(0) == 0x2142444e and $code
}

rule exhunt_script_in_certificate_request
{
    meta:
        title = "YARA: Certificate Request With a Script in It"
        id = "04994c1f-e1a0-48af-a5c9-f5799991c07b"
        description = "A file that begins as DER holds a page of ASP.NET: the web shell of ProxyShell, written by New-ExchangeCertificate."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003, T1036"
        cve = "CVE-2021-31207"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "None known"
    strings:
        $code = /<%@?\s{0,20}(page|webhandler|webservice|import)\b|<script[^>]{1,120}runat\s{0,5}=|\beval\s{0,10}\(\s{0,10}request/ nocase ascii wide
    condition:
        uint16be(0) == 0x3082 and filesize < 1MB and $code
}
