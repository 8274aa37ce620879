namespace EdgeAgent.Modeling;

/// <summary>Trouble that the user can mend: the message says where it is, what was found and what was expected.</summary>
public class ModelingException : Exception
{
    public ModelingException() { }

    public ModelingException(string message) : base(message) { }

    public ModelingException(string message, Exception inner) : base(message, inner) { }
}
