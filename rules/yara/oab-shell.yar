rule exhunt_oab_virtual_directory_shell
{
    meta:
        title = "YARA: Settings of the Offline Address Book With a Script"
        id = "aa2aad26-f7c5-4841-951c-662c29c7eadb"
        description = "What resetting a virtual directory writes to disk, with server code in one of its addresses: the web shell of CVE-2021-27065."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003"
        cve = "CVE-2021-27065"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "None known"
    strings:
        $url = /(external|internal)url\s{1,60}:/ nocase ascii wide
        $methods = "InternalAuthenticationMethods" ascii wide
        $checking = "ExtendedProtectionTokenChecking" ascii wide
        $code = /<%|(script|page)\s{1,20}language|runat\s{0,5}=/ nocase ascii wide
    condition:
        filesize < 200KB and all of them
}
