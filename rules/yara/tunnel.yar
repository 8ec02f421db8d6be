rule exhunt_http_tunnel
{
    meta:
        title = "YARA: Page That Is a Tunnel Into the Network"
        id = "6dc64e55-65a3-41c7-b0d6-533ce0a66e56"
        description = "A page opens sockets where the headers of a request say and passes bytes to and fro: reGeorg, Neo-reGeorg and what is made of them."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "action"
        attack = "T1572, T1090.001, T1505.003"
        source = "https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/"
        falsepositives = "None known"
    strings:
        $socket = /system\.net\.sockets|\bnew\s{1,10}socket\s{0,10}\(|tcpclient|fsockopen|stream_socket_client|java\.net\.\*|socketchannel/ nocase ascii wide
        $command = /["\x27]x-(cmd|target|port|status|error)["\x27]/ nocase ascii wide
        $table = /frombase64string\s{0,10}\(\s{0,10}strtr\s{0,10}\(\s{0,10}request\s{0,5}\.\s{0,5}headers/ nocase ascii wide
        $page = /<%|<\?php|ihttphandler/ nocase ascii wide
    condition:
        $page and $socket and (#command > 1 or $table)
}
