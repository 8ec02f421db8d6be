import type { Context } from '../samples/context.ts';
import { ADMINISTRATOR, type Person } from '../samples/people.ts';
import { DAY_MS, DAYS, DOMAIN, FIRST_DAY } from '../samples/server.ts';

/** A cmdlet that somebody ran. */
export interface CmdletRun {
  readonly time: number;
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly user: string;
  readonly sid: string;
  readonly address: string;
  readonly application: string;
  readonly isSuccess: boolean;
}

type Call = (person: Person, context: Context) => readonly [cmdlet: string, parameters: Readonly<Record<string, string>>];

/** What administrators, their scripts and the products they bought do all day, much of it what an intruder does too. */
const ADMINISTRATION: readonly Call[] = [
  ({ mail }) => ['Get-Mailbox', { Identity: mail, ResultSize: 'Unlimited' }],
  () => ['Get-Recipient', { ResultSize: '501', RecipientTypeDetails: 'UserMailbox' }],
  ({ mail }) => ['Set-Mailbox', { Identity: mail, ProhibitSendQuota: '10GB', MailTip: '<p>eval(back next week)</p>' }],
  ({ mail }) => ['Set-Mailbox', { Identity: mail, ForwardingAddress: `kim@${DOMAIN}`, DeliverToMailboxAndForward: 'True' }],
  ({ mail }) => ['Add-MailboxPermission', { Identity: `sales@${DOMAIN}`, User: mail, AccessRights: 'FullAccess', AutoMapping: 'False' }],
  ({ mail }) => ['Get-MailboxFolderStatistics', { Identity: mail }],
  // The file is named for its owner, whose name may hold what an extension is called.
  ({ mail }) => ['New-MailboxExportRequest', { Mailbox: mail, FilePath: `\\\\files01\\pst$\\${mail.split('@')[0]}.pst` }],
  ({ mail }) => [
    'New-MailboxExportRequest',
    { Mailbox: mail, FilePath: `\\\\files01.${DOMAIN}\\export\\aspx-team\\${mail}.pst`, ContentFilter: "Received -lt '2021-01-01'" },
  ],
  () => [
    'New-MailboxExportRequest',
    { Mailbox: `anna.cerny@${DOMAIN}`, FilePath: '\\\\files01\\pst$\\anna.cerny.pst', IncludeFolders: '#Inbox#' },
  ],
  () => [
    'New-MailboxExportRequest',
    { Mailbox: `greta.plath@${DOMAIN}`, FilePath: '\\\\nas.svc.contoso.example\\pst\\greta.plath 2021.pst' },
  ],
  () => ['Get-MailboxExportRequest', { Status: 'Completed' }],
  ({ mail }) => ['Remove-MailboxExportRequest', { Identity: `${mail}\\MailboxExport`, Confirm: 'False' }],
  ({ mail }) => ['New-MailboxImportRequest', { Mailbox: mail, FilePath: '\\\\files01\\pst$\\old.pst', TargetRootFolder: '/Archive' }],
  () => ['New-ManagementRoleAssignment', { Role: 'Public Folders', SecurityGroup: 'Helpdesk' }],
  () => ['New-ManagementRoleAssignment', { Name: 'Import for helpdesk', Role: 'Mail Recipient Creation', SecurityGroup: 'Helpdesk' }],
  () => ['Get-ManagementRoleAssignment', { Role: 'Mailbox Import Export' }],
  () => [
    'New-ExchangeCertificate',
    {
      GenerateRequest: 'True',
      RequestFile: '\\\\files01\\certs\\mail.plant.contoso.example.req',
      SubjectName: `CN=mail.${DOMAIN}`,
      PrivateKeyExportable: 'True',
    },
  ],
  () => [
    'New-ExchangeCertificate',
    { GenerateRequest: 'True', RequestFile: 'C:\\certs\\mail.csr', SubjectName: 'CN=inetpub.contoso.example' },
  ],
  // Exchange wants a path of the network, also to the server itself.
  () => [
    'New-ExchangeCertificate',
    { GenerateRequest: 'True', RequestFile: '\\\\localhost\\c$\\certs\\mail.req', SubjectName: `C=DE, O=Contoso, CN=mail.${DOMAIN}` },
  ],
  () => ['New-ExchangeCertificate', { FriendlyName: 'Web', Services: 'IIS, SMTP', Thumbprint: 'E1F2A3B4' }],
  ({ mail }) => ['New-MailboxExportRequest', { Mailbox: mail, FilePath: `\\\\localhost\\pst\\${mail}.pst` }],
  ({ mail }) => ['Set-MailboxFolderPermission', { Identity: `${mail}:\\Calendar`, User: 'Default', AccessRights: 'Reviewer' }],
  ({ mail }) => ['Add-MailboxFolderPermission', { Identity: `${mail}:\\Kalender`, User: 'Default', AccessRights: 'Editor' }],
  () => ['Get-TransportAgent', {}],
  () => ['Enable-TransportAgent', { Identity: 'Content Filter Agent' }],
  () => [
    'Install-TransportAgent',
    {
      Name: 'Sender Id Agent',
      TransportAgentFactory: 'Microsoft.Exchange.Transport.Agent.SenderId.SenderIdAgentFactory',
      AssemblyPath:
        'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\TransportRoles\\agents\\Hygiene\\Microsoft.Exchange.Transport.Agent.Hygiene.dll',
    },
  ],
  () => ['New-RoleGroup', { Name: 'Helpdesk 2', Roles: 'Mail Recipients, View-Only Recipients', Members: 'kim' }],
  () => ['Import-ExchangeCertificate', { FileName: '\\\\files01\\certs\\mail.cer', PrivateKeyExportable: 'True' }],
  (_, { server }) => [
    'Set-OabVirtualDirectory',
    {
      Identity: `${server.name}\\OAB (Default Web Site)`,
      ExternalUrl: `https://mail.${DOMAIN}/OAB`,
      InternalUrl: `https://${server.name.toLowerCase()}.${DOMAIN}/OAB`,
    },
  ],
  (_, { server }) => [
    'Set-OwaVirtualDirectory',
    { Identity: `${server.name}\\owa (Default Web Site)`, ExternalUrl: '', LogonFormat: 'UserName', DefaultDomain: DOMAIN },
  ],
  (_, { server }) => ['Get-OabVirtualDirectory', { Server: server.name, ADPropertiesOnly: 'True' }],
  (_, { server }) => ['Remove-OabVirtualDirectory', { Identity: `${server.name}\\OAB (Default Web Site)`, Force: 'True' }],
  (_, { server }) => [
    'New-OabVirtualDirectory',
    {
      Server: server.name,
      WebSiteName: 'Default Web Site',
      Path: 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB',
      InternalUrl: `https://${server.name.toLowerCase()}.${DOMAIN}/OAB`,
    },
  ],
  () => [
    'Set-TransportRule',
    {
      Identity: 'Disclaimer',
      ApplyHtmlDisclaimerText:
        '<div style="font-family:Arial">This mail, and what is attached, is for you alone.<script type="x"></script></div>',
    },
  ],
  () => [
    'New-TransportRule',
    { Name: 'Block scripts', AttachmentExtensionMatchesWords: 'aspx, ashx, ps1, exe', RejectMessageReasonText: 'No scripts' },
  ],
  ({ mail }) => ['New-MoveRequest', { Identity: mail, TargetDatabase: 'DB02', BadItemLimit: '10' }],
  () => ['Get-MoveRequestStatistics', { IncludeReport: 'True' }],
  ({ mail }) => ['New-MigrationBatch', { Name: 'Wave 3', CSVData: '<binary>', NotificationEmails: mail }],
  () => ['Get-MessageTrackingLog', { Start: '3/2/2021 8:00:00 AM', EventId: 'RECEIVE', Recipients: `autodiscover.json@${DOMAIN}` }],
  () => ['Test-ServiceHealth', {}],
  () => ['Get-ExchangeServer', {}],
  () => ['Set-OrganizationConfig', { DefaultPublicFolderMailbox: 'PF01' }],
  () => ['Set-ClientAccessService', { AutoDiscoverServiceInternalUri: `https://autodiscover.${DOMAIN}/Autodiscover/Autodiscover.xml` }],
  () => ['New-DistributionGroup', { Name: 'PowerShell users', Members: 'kim, lena' }],
];

const SELF_SERVICE: readonly Call[] = [
  ({ mail }) => [
    'New-InboxRule',
    { Mailbox: mail, Name: 'Invoices', SubjectContainsWords: 'invoice, powershell', MoveToFolder: `${mail}:\\Invoices` },
  ],
  ({ mail }) => [
    'New-InboxRule',
    {
      Mailbox: mail,
      Name: 'For the archive',
      From: `sales@${DOMAIN}`,
      ForwardTo: `lena@${DOMAIN}`,
      MoveToFolder: `${mail}:\\Archived invoices`,
    },
  ],
  ({ mail }) => ['Set-InboxRule', { Identity: 'While away', ForwardTo: `kim@${DOMAIN}`, MoveToFolder: `${mail}:\\Notes of meetings` }],
  ({ mail }) => ['Get-InboxRule', { Mailbox: mail }],
  ({ mail }) => [
    'Set-MailboxAutoReplyConfiguration',
    { Identity: mail, AutoReplyState: 'Scheduled', InternalMessage: '<html><body>Out until Monday</body></html>' },
  ],
  ({ mail }) => ['Get-App', { Mailbox: mail }],
  ({ mail }) => ['Set-MailboxCalendarFolder', { Identity: `${mail}:\\Calendar`, PublishEnabled: 'True' }],
];

const PROBES: readonly Call[] = [
  () => ['Get-MailboxDatabase', { Status: 'True' }],
  () => ['Get-HealthReport', { Identity: 'EX01' }],
  () => ['Test-MapiConnectivity', {}],
];

export function cmdletRuns(context: Context, people: readonly Person[], count: number): CmdletRun[] {
  const { random } = context;
  return Array.from({ length: count }, (): CmdletRun => {
    const person = random.pick(people);
    const [calls, user, sid, address, application] = random.pick([
      [ADMINISTRATION, ADMINISTRATOR.login, ADMINISTRATOR.sid, ADMINISTRATOR.address, 'Remote-ManagementShell-Unknown'],
      [ADMINISTRATION, ADMINISTRATOR.login, ADMINISTRATOR.sid, ADMINISTRATOR.address, 'Remote-EMC-Unknown'],
      [ADMINISTRATION, 'CONTOSO\\svc-identity', 'S-1-5-21-1004336348-1177238915-682003330-1588', '10.1.3.41', 'Remote-Unknown-Unknown'],
      [ADMINISTRATION, 'NT AUTHORITY\\SYSTEM', 'S-1-5-18', '::1', 'Local-ManagementShell-Unknown'],
      [SELF_SERVICE, person.login, person.sid, person.officeAddress, 'Remote-ECP-Unknown'],
      [
        PROBES,
        `${DOMAIN}/Monitoring Mailboxes/HealthMailbox0ae1c2d`,
        'S-1-5-21-1004336348-1177238915-682003330-1133',
        '127.0.0.1',
        'Remote-ActiveMonitor-Unknown',
      ],
    ] as const);
    const [cmdlet, parameters] = random.pick(calls)(person, context);
    return {
      time: FIRST_DAY + random.integer(0, DAYS * DAY_MS - 1),
      cmdlet,
      parameters,
      user,
      sid,
      address,
      application,
      isSuccess: random.chance(0.95),
    };
  });
}
