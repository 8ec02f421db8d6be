rule exhunt_page_tells_machine_keys
{
    meta:
        title = "YARA: Page That Tells the Machine Keys"
        id = "b960b6cc-eeba-4c62-bc8a-979121c250c8"
        description = "A page writes out the keys that view states are signed with: with them a server is entered again after it is patched. Change them."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003, T1552.001"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "None known"
    strings:
        $page = /<%|<script[^>]{1,120}runat\s{0,5}=/ nocase ascii wide
        $section = /machinekeysection|system\.web\/machinekey/ nocase ascii wide
        $key = /\b(validation|decryption)key\b/ nocase ascii wide
        $write = /response\s{0,5}\.\s{0,5}(write|output)/ nocase ascii wide
    condition:
        filesize < 100KB and all of them
}
