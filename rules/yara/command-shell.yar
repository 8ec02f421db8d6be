rule exhunt_command_page_aspnet
{
    meta:
        title = "YARA: Page of ASP.NET Starts a Command Line"
        id = "3bd333d3-e1da-4014-b7b3-f0a8c06f564d"
        description = "A page starts a command line with what a request brings along, and writes what it says."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003, T1059.003"
        source = "https://github.com/nsacyber/Mitigating-Web-Shells"
        falsepositives = "Tools of administrators that run commands"
    strings:
        $page = /<%|<script[^>]{1,120}runat\s{0,5}=/ nocase ascii wide
        $request = /\brequest\s{0,5}(\[|\(|\.\s{0,5}(item|form|querystring|params|headers|cookies|files|inputstream|binaryread|totalbytes)\b)/ nocase ascii wide
        $start = /\b(processstartinfo|process\s{0,5}\.\s{0,5}start|wscript\s{0,5}\.\s{0,5}shell|shell\.application|new\s{1,5}(system\.diagnostics\.)?process\b)/ nocase ascii wide
        $line = /\b(cmd(\.exe)?|powershell(\.exe)?|comspec|\/c\s)/ nocase ascii wide
    condition:
        filesize < 500KB and all of them
}

rule exhunt_assembly_of_request
{
    meta:
        title = "YARA: Page of ASP.NET Loads a Program That Is Sent"
        id = "1b062482-ba67-4ec1-8709-83461dc32bd0"
        description = "A page loads an assembly out of a request, of the session or of Base64: Behinder, Godzilla and what came with ToolShell."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003, T1620"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "None known"
    strings:
        $page = /<%|<script[^>]{1,120}runat\s{0,5}=/ nocase ascii wide
        $load = /assembly\s{0,10}(\.\s{0,10}load\s{0,10}\(|"\s{0,5}\)\s{0,5}\.\s{0,5}getmethod\s{0,5}\(\s{0,5}"load)/ nocase ascii wide
        $from = /\b(frombase64string|binaryread|createdecryptor|inputstream|session\s{0,5}\[)/ nocase ascii wide
    condition:
        filesize < 1MB and all of them
}

rule exhunt_xsl_of_request
{
    meta:
        title = "YARA: Page of ASP.NET Runs a Style Sheet That Is Sent"
        id = "cc8f9afa-ae87-4fef-b73d-0a85764ad187"
        description = "A page loads XML out of a request and transforms it: style sheets may hold code."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003, T1220"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "None known"
    strings:
        $page = /<%|<script[^>]{1,120}runat\s{0,5}=/ nocase ascii wide
        $load = /\.\s{0,5}loadxml\s{0,10}\([^;]{0,120}frombase64string\s{0,10}\(\s{0,10}request\b/ nocase ascii wide
        $transform = /\.\s{0,5}transform\s{0,10}\(/ nocase ascii wide
    condition:
        all of them
}
