rule exhunt_eval_of_request_jscript
{
    meta:
        title = "YARA: JScript Evaluates What Is Sent"
        id = "6f9ec2ad-370f-45e4-8733-bb3bfe3b647b"
        description = "A page of ASP.NET runs as JScript what a request brings along: China Chopper and all that is like it, in one line."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003"
        source = "https://www.cisa.gov/news-events/analysis-reports/ar21-084a"
        falsepositives = "None known"
    strings:
        $eval = /\beval\s{0,20}\(\s{0,20}request\s{0,10}(\.\s{0,10}(item|form|querystring|params|headers|cookies)\s{0,10})?[\[(]\s{0,10}["\x27][^"\x27\r\n]{1,64}["\x27]\s{0,10}[\])]/ nocase ascii wide
        $decoded = /\beval\s{0,20}\(\s{0,20}(system\.)?text\.encoding\.[\w.()"\x27 -]{1,80}getstring\s{0,10}\(\s{0,10}(system\.)?convert\.frombase64string\s{0,10}\(\s{0,10}request\b/ nocase ascii wide
        $indirect = /var\s{1,10}(\w{1,32})\s{0,10}=\s{0,10}request\s{0,10}[\[(.][^;]{1,80};[^<]{0,200}\beval\s{0,10}\(\s{0,10}\w{1,32}\s{0,10},\s{0,10}["\x27]unsafe/ nocase ascii wide
        $server = /runat\s{0,5}=|<%@/ nocase ascii wide
    condition:
        $server and ($eval or $decoded or $indirect)
}

rule exhunt_eval_of_request_asp
{
    meta:
        title = "YARA: Classic ASP Evaluates What Is Sent"
        id = "e2b6237f-4e72-413a-8c2f-c446d9dc23ba"
        description = "A page of classic ASP runs what a request brings along."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003"
        source = "https://github.com/nsacyber/Mitigating-Web-Shells"
        falsepositives = "None known"
    strings:
        $eval = /<%[^>]{0,200}\b(eval|execute|executeglobal)\s{0,20}\(?\s{0,20}request\s{0,10}(\.\s{0,10}\w{1,16}\s{0,10})?\(/ nocase ascii wide
    condition:
        $eval and filesize < 1MB
}

rule exhunt_eval_of_request_php
{
    meta:
        title = "YARA: PHP Runs What Is Sent"
        id = "af5f53b2-a0a7-4d6a-acfb-43a383973c88"
        description = "A page of PHP runs what a request brings along, as code or as a command."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003"
        source = "https://github.com/nsacyber/Mitigating-Web-Shells"
        falsepositives = "Tools of administrators that run commands"
    strings:
        $open = /<\?(php|=|\s)/ nocase
        $run = /\b(eval|assert|create_function|system|passthru|shell_exec|proc_open|popen|exec)\s{0,10}\(\s{0,10}@?((base64_decode|gzinflate|str_rot13|stripslashes|trim)\s{0,10}\(\s{0,10}@?){0,3}\$_(post|get|request|cookie|server)\s{0,10}[\[{]/ nocase
    condition:
        $open and $run
}

rule exhunt_command_of_request_jsp
{
    meta:
        title = "YARA: JSP Runs What Is Sent"
        id = "7aa3abf7-33c4-4230-877e-03d8f0c2705c"
        description = "A page of Java runs the parameter of a request as a command."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003"
        source = "https://github.com/nsacyber/Mitigating-Web-Shells"
        falsepositives = "None known"
    strings:
        $open = /<%|<jsp:/ nocase
        $run = /(getRuntime\s{0,10}\(\s{0,10}\)\s{0,10}\.\s{0,10}exec|new\s{1,10}(java\.lang\.)?ProcessBuilder|defineClass)\s{0,10}\([^;]{0,120}request\s{0,10}\.\s{0,10}(getParameter|getHeader|getReader|getInputStream)/ nocase
    condition:
        all of them
}
