namespace EdgeAgent.Pipeline.Connections;

/// <summary>Says why a connection ended or could not be made. The message is for people.</summary>
/// <param name="fault">Decides when to try again.</param>
/// <param name="message">What happened, and what helps.</param>
/// <param name="inner">What the system reported.</param>
internal class ConnectionException(ConnectionFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ConnectionFault Fault { get; } = fault;
}
